"""Admission: everything is promised in one transaction, or nothing is."""

import pytest
from django_q.models import OrmQ

from generations.core import clock
from generations.credits import ledger
from generations.credits.models import Account, Entry, UserDay
from generations.credits.refusals import Refusal
from generations.keys.models import KeyState, UpstreamKey
from generations.keys.upstream import NoUsableKey
from generations.lifecycle.admit import Idempotency, KeyReused, Order, admit
from generations.lifecycle.models import Batch, Generation, IdempotencyRecord, Transition
from generations.providers.catalogue import SpecError
from generations.providers.contract import Spec
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(team: Team, alice: User) -> Order:
    membership = Membership.objects.get(team=team, user=alice)
    spec = Spec("a hill", 512, 512, "flux-pro", "standard", "flux-pro")
    return Order(membership, Mode.TEST, spec)


def changed(order: Order, **changes: object) -> Order:
    return Order(**{**order.__dict__, **changes})


def nothing_happened() -> bool:
    used = (Generation, Batch, Entry, Transition, OrmQ, IdempotencyRecord)
    figures = UserDay.objects.exclude(reserved=0).exists()
    return not figures and not any(model.objects.exists() for model in used)


def test_the_most_is_held_the_job_queued_and_the_worker_woken(order: Order) -> None:
    admission = admit(changed(order, count=3))
    assert len(admission.generations) == 3
    assert Account.objects.get(team=order.membership.team, mode=Mode.TEST, kind="wallet").held == 60
    assert UserDay.objects.get().reserved == 60
    assert Entry.objects.filter(kind="hold").count() == 3
    assert Transition.objects.filter(target="queued", source="").count() == 3
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "spec"),
    [
        ("prompt", Spec("", 512, 512, "flux-pro", "standard", "flux-pro")),
        ("prompt", Spec("   ", 512, 512, "flux-pro", "standard", "flux-pro")),
        ("prompt", Spec("x" * 9_000, 512, 512, "flux-pro", "standard", "flux-pro")),
        ("width", Spec("a hill", 255, 512, "flux-pro", "standard", "flux-pro")),
        ("height", Spec("a hill", 512, 2049, "flux-pro", "standard", "flux-pro")),
        ("version", Spec("a hill", 512, 512, "flux-pro-9", "standard", "flux-pro")),
        ("quality", Spec("a hill", 512, 512, "flux-pro", "superb", "flux-pro")),
        ("service", Spec("a hill", 512, 512, "flux-pro", "standard", "flux-max")),
    ],
)
def test_a_bad_spec_is_refused_by_the_name_of_its_field(
    order: Order, field: str, spec: Spec
) -> None:
    with pytest.raises(SpecError) as refused:
        admit(changed(order, spec=spec))
    assert refused.value.field == field
    assert nothing_happened()


def test_more_than_the_daily_limit_is_refused_with_what_binds_and_when_it_frees(
    order: Order,
) -> None:
    order.membership.daily_limit = 39
    order.membership.save()
    with pytest.raises(Refusal) as refused:
        admit(changed(order, count=2))
    assert refused.value.code == "DAILY_LIMIT_EXCEEDED"
    assert (refused.value.required, refused.value.available) == (40, 39)
    assert refused.value.frees_at and refused.value.frees_at > clock.now()
    assert nothing_happened()


def test_more_than_the_wallet_is_refused(order: Order) -> None:
    ledger.grant(order.membership.team, Mode.TEST, 39)
    with pytest.raises(Refusal) as refused:
        admit(changed(order, count=2))
    assert refused.value.code == "INSUFFICIENT_CREDITS"
    assert (refused.value.required, refused.value.available) == (40, 39)
    assert Generation.objects.count() == 0


def test_a_member_cannot_loosen_the_plan(order: Order) -> None:
    order.membership.daily_limit = 1_000_000
    order.membership.save()
    admit(changed(order, count=20))
    admit(changed(order, count=20))
    with pytest.raises(Refusal):
        admit(changed(order, count=20))


def test_an_order_that_may_wait_is_queued_without_a_hold(order: Order) -> None:
    order.membership.daily_limit = 30
    order.membership.save()
    [first, second] = admit(changed(order, count=2, may_wait=True)).generations
    assert first.hold is None and second.hold is None
    assert first.wait == "daily_limit"
    assert first.due_at and first.due_at > clock.now()
    assert not Entry.objects.exists()


def test_waiting_is_no_answer_where_one_job_exceeds_the_whole_limit(order: Order) -> None:
    order.membership.daily_limit = 19
    order.membership.save()
    with pytest.raises(Refusal):
        admit(changed(order, may_wait=True))


@pytest.mark.parametrize("wish", ["may_wait", "may_wait_for_credit"])
def test_nothing_begins_to_wait_for_longer_than_it_is_kept(order: Order, wish: str) -> None:
    """Two pictures a day, for three days, counted with what waits already."""
    order.membership.daily_limit = 40
    order.membership.save()

    def held(count: int) -> bool:
        return bool(admit(changed(order, count=count, **{wish: True})).generations[0].hold)

    assert (held(2), held(4)) == (True, False)
    with pytest.raises(Refusal, match="daily limit"):
        held(3)
    assert not held(2)
    with pytest.raises(Refusal, match="daily limit"):
        held(1)


def test_a_frozen_account_refuses(order: Order) -> None:
    ledger.freeze(Account.objects.get(team=order.membership.team, mode=Mode.TEST, kind="wallet"))
    with pytest.raises(Refusal) as refused:
        admit(order)
    assert refused.value.code == "ACCOUNT_FROZEN"


def test_without_a_usable_key_nothing_is_promised(order: Order) -> None:
    UpstreamKey.objects.update(state=KeyState.PAUSED)
    with pytest.raises(NoUsableKey):
        admit(order)
    assert nothing_happened()


def test_the_same_idempotency_key_gives_the_same_generation(order: Order) -> None:
    again = Idempotency("key:1:POST:/v1", "abc", "f" * 64)
    first = admit(order, again)
    second = admit(order, again)
    assert second.replayed
    assert [row.pk for row in second.generations] == [row.pk for row in first.generations]
    assert Generation.objects.count() == 1


def test_a_replay_needs_no_usable_key(order: Order) -> None:
    again = Idempotency("key:1:POST:/v1", "abc", "f" * 64)
    admit(order, again)
    UpstreamKey.objects.update(state=KeyState.PAUSED)
    assert admit(order, again).replayed


def test_the_same_idempotency_key_with_another_body_is_refused(order: Order) -> None:
    admit(order, Idempotency("key:1:POST:/v1", "abc", "f" * 64))
    with pytest.raises(KeyReused):
        admit(order, Idempotency("key:1:POST:/v1", "abc", "0" * 64))
    assert Generation.objects.count() == 1


def test_another_caller_never_meets_my_idempotency_key(order: Order) -> None:
    first = admit(order, Idempotency("key:1:POST:/v1", "abc", "f" * 64))
    second = admit(order, Idempotency("key:2:POST:/v1", "abc", "f" * 64))
    assert not second.replayed
    assert first.generations[0].pk != second.generations[0].pk


def test_a_refused_call_leaves_its_idempotency_key_free(order: Order) -> None:
    again = Idempotency("key:1:POST:/v1", "abc", "f" * 64)
    order.membership.daily_limit = 0
    order.membership.save()
    with pytest.raises(Refusal):
        admit(order, again)
    order.membership.daily_limit = None
    order.membership.save()
    assert not admit(order, again).replayed


def test_an_idempotency_key_is_free_again_after_a_day(order: Order) -> None:
    again = Idempotency("key:1:POST:/v1", "abc", "f" * 64)
    admit(order, again)
    IdempotencyRecord.objects.update(expires_at=clock.after(-1))
    assert not admit(order, again).replayed
