"""A fault in one answer is that one's alone, and an answer after the lease is an answer."""

from threading import Event

import pytest

from generations.core import clock
from generations.keys.models import UpstreamKey
from generations.lifecycle import dispatch as dispatching
from generations.lifecycle import finish, recovery
from generations.lifecycle import record as recording
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.record import record, record_all
from generations.lifecycle.states import AttemptState, Failure, Status
from generations.providers.contract import Connection, ProviderError, Spec, Submission, Trouble
from generations.providers.doitong.adapter import Doitong
from generations.teams.models import Team, User
from tests.lifecycle import making

NOT_NOW = [
    Trouble.RATE_LIMITED,
    Trouble.KEY_REJECTED,
    Trouble.EXHAUSTED,
    Trouble.SERVER_ERROR,
    Trouble.NOT_SENT,
]


@pytest.fixture
def key(team: Team) -> UpstreamKey:
    return UpstreamKey.objects.get(team=team)


@pytest.fixture
def sent(team: Team, alice: User, key: UpstreamKey) -> list[Attempt]:
    """Three on the wire."""
    making.ask(team, alice, count=3)
    attempts = claim(key.pk)
    Attempt.objects.update(state=AttemptState.SENDING, sends=1)
    return attempts


def statuses(attempts: list[Attempt]) -> list[str]:
    rows = Generation.objects.in_bulk([attempt.generation_id for attempt in attempts])
    return [rows[attempt.generation_id].status for attempt in attempts]


def stall(attempts: list[Attempt]) -> None:
    """Their worker hangs until their leases have ended."""
    Generation.objects.update(lease_until=clock.after(-1))
    recovery.end_leases()
    assert set(statuses(attempts)) == {Status.UNKNOWN}


class Faulty:
    """The first answer breaks it; the others come after that has been seen."""

    def __init__(self) -> None:
        self.count = 0
        self.is_seen = Event()

    def submit(
        self, connection: Connection, spec: Spec, callback_url: str, idempotency_key: str
    ) -> Submission:
        self.count += 1
        name = f"job{self.count}"
        if name == "job1":
            raise RecursionError("what no provider may raise")
        assert self.is_seen.wait(5)
        return Submission(name, None, None, 202, None)


def test_what_still_flies_lands_after_another_ones_fault(
    team: Team,
    alice: User,
    key: UpstreamKey,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider = Faulty()
    land = dispatching.land

    def land_and_tell(landed: object) -> None:
        try:
            land(landed)  # type: ignore[arg-type]
        finally:
            provider.is_seen.set()

    monkeypatch.setattr(Doitong, "submit", provider.submit)
    monkeypatch.setattr(dispatching, "land", land_and_tell)
    generations = making.ask(team, alice, count=3)
    with pytest.raises(RecursionError):
        dispatching.dispatch(key.pk)
    rows = Generation.objects.in_bulk([each.pk for each in generations]).values()
    assert sorted(row.status for row in rows) == ["processing", "processing", "submitting"]
    assert "what no provider may raise" in caplog.text


def test_one_answer_that_cannot_be_recorded_drops_none_of_the_others(
    sent: list[Attempt], monkeypatch: pytest.MonkeyPatch
) -> None:
    fail = finish.fail

    def fail_but_one(generation: Generation, failure: Failure, message: str) -> bool:
        if generation.pk == sent[0].generation_id:
            raise ValueError("a bug")
        return fail(generation, failure, message)

    monkeypatch.setattr(recording, "fail", fail_but_one)
    refused = ProviderError(Trouble.REFUSED, "no", http_status=400)
    with pytest.raises(ValueError, match="a bug"):
        record_all([(attempt, refused) for attempt in sent])
    assert statuses(sent) == [Status.SUBMITTING, Status.FAILED, Status.FAILED]


@pytest.mark.parametrize("trouble", NOT_NOW)
def test_a_not_now_after_the_lease_puts_it_back_into_the_line(
    sent: list[Attempt], trouble: Trouble
) -> None:
    stall(sent)
    record_all([(attempt, ProviderError(trouble, "not now")) for attempt in sent])
    assert statuses(sent) == [Status.QUEUED] * 3


def test_a_rate_limit_after_the_lease_blocks_the_key(sent: list[Attempt], key: UpstreamKey) -> None:
    stall(sent)
    record(sent[0], ProviderError(Trouble.RATE_LIMITED, "not now"))
    key.refresh_from_db()
    assert key.is_blocked


def test_a_not_now_to_the_second_send_still_says_nothing_of_the_first(sent: list[Attempt]) -> None:
    stall(sent)
    Attempt.objects.update(sends=2)
    record_all([(attempt, ProviderError(Trouble.RATE_LIMITED, "not now")) for attempt in sent])
    assert statuses(sent) == [Status.UNKNOWN] * 3
