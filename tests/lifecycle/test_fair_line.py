"""Five hundred jobs of one person before another's single one, over real HTTP to the upstream."""

import pytest

from generations.credits.models import Account, Plan
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import line
from generations.lifecycle.dispatch import dispatch
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams.models import User
from tests.engine import run_to_end
from tests.lifecycle.conftest import Ask
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = 500


@pytest.fixture(params=[1, 2], ids=["one key", "two keys"])
def slots(request: pytest.FixtureRequest, spare: UpstreamKey, alice: User) -> int:
    """How many there are: each key has one."""
    if request.param == 1:
        upstream.remove(spare, alice)
    UpstreamKey.objects.update(concurrent=1)
    return int(request.param)


@pytest.fixture
def crowd(
    ask: Ask, alice: User, key: UpstreamKey, slots: int, sandbox: Sandbox
) -> list[Generation]:
    """Alice's, the first of them at the upstream in every slot; no message is taken yet."""
    Account.objects.filter(kind="wallet").update(plan=Plan.objects.get(slug="enterprise"))
    sandbox.control(seconds=0.3)
    crowd = [each for _ in range(JOBS // 20) for each in ask(alice, "a hill", count=20)]
    dispatch(key.pk)
    assert Generation.objects.filter(status=Status.QUEUED).count() == JOBS - slots
    return crowd


def test_a_single_job_waits_for_one_slot_at_most(
    ask: Ask, alice: User, bob: User, slots: int, crowd: list[Generation], sandbox: Sandbox
) -> None:
    before = len(sandbox.log("creation"))
    [mine] = ask(bob, "a boat")
    run_to_end(mine)
    assert mine.status == Status.COMPLETED
    sent = [row["prompt"] for row in sandbox.log("creation")]
    # At most those that come free at the same moment are on the wire before it.
    assert sent.index("a boat") - before < slots
    assert Generation.objects.filter(author=alice, status=Status.QUEUED).count() > JOBS - 20


def test_by_age_alone_it_would_wait_for_many(
    ask: Ask,
    alice: User,
    bob: User,
    slots: int,
    crowd: list[Generation],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The test is worth something: a line by age fails it."""

    def by_age(key: UpstreamKey, most: int) -> list[object]:
        return list(line.waiting_for(key).values_list("id", flat=True)[:most])

    monkeypatch.setattr(line, "next_for", by_age)
    ask(bob, "a boat")
    run_to_end(*crowd[:8])
    assert "a boat" not in {row["prompt"] for row in sandbox.log("creation")}
