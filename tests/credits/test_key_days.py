"""The day of an API key with a limit of its own: exact, whenever the limit was set."""

import uuid
from collections.abc import Callable

import pytest

from generations.credits import ledger, limits
from generations.credits.audit import audit
from generations.credits.models import ApiKeyDay, Hold
from generations.credits.refusals import Refusal
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle import key_limits
from generations.teams.allowance import Allowance
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode


@pytest.fixture
def bobs(team: Team, bob: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(team=team, user=bob)


@pytest.fixture
def key(team: Team, bob: User) -> ApiKey:
    return issued.issue(team, bob, name="Nightly", mode=Mode.TEST)[0]


@pytest.fixture
def hold(bobs: Membership, key: ApiKey) -> Callable[[int], None]:
    """hold(20) holds 20 credits for a job that came by the key, under the limits it has now."""

    def promise(amount: int) -> None:
        key.refresh_from_db()
        ask = [ledger.Ask(uuid.uuid4(), amount)]
        ledger.hold(bobs, Mode.TEST, ask, api_key=key_limits.spender(key))

    return promise


def test_the_keys_day_binds_with_its_name_and_its_reset(
    key: ApiKey, bob: User, bobs: Membership, hold: Callable[[int], None]
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=50))
    hold(40)
    with pytest.raises(
        Refusal, match=r"the API key “Nightly” leaves 10\. It resets at 00:00"
    ) as no:
        hold(20)
    assert (no.value.binds, no.value.available) == ("key", 10)
    key.refresh_from_db()
    standing = limits.now(bobs, Mode.TEST, key_limits.spender(key))
    assert (standing.binds, standing.can_spend) == ("key", 10)
    assert standing.frees_at == standing.resets_at
    assert limits.now(bobs, Mode.TEST).can_spend == 960
    with pytest.raises(Refusal, match="than the whole daily limit of the API key “Nightly”, 50"):
        hold(51)
    assert list(audit()) == []


def test_a_limit_set_in_the_middle_of_a_day_counts_what_the_key_did_before(
    key: ApiKey, bob: User, hold: Callable[[int], None]
) -> None:
    hold(40)
    assert not ApiKeyDay.objects.exists()  # nothing is counted apart for a key without a limit
    key_limits.change(key, bob, Allowance(daily_limit=50))
    with pytest.raises(Refusal, match="leaves 10"):
        hold(11)
    hold(10)
    assert ApiKeyDay.objects.get().reserved == 50
    assert list(audit()) == []


def test_the_figure_stays_exact_while_the_limit_comes_and_goes(
    key: ApiKey, bob: User, alice: User, bobs: Membership, hold: Callable[[int], None]
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=50))
    hold(30)
    key_limits.change(key, alice, Allowance())
    hold(200)
    key_limits.change(key, alice, Allowance(daily_limit=240))
    with pytest.raises(Refusal, match="leaves 10"):
        hold(20)
    first, second = Hold.objects.order_by("id")
    ledger.settle(first, 15)
    ledger.release(second)
    row = ApiKeyDay.objects.get()
    assert (row.spent, row.reserved) == (15, 0)
    assert list(audit()) == []


def test_many_that_are_released_together_leave_the_figures_exact(
    key: ApiKey, bob: User, bobs: Membership, hold: Callable[[int], None]
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=100))
    for amount in (20, 30, 40):
        hold(amount)
    ledger.hold(bobs, Mode.TEST, [ledger.Ask(uuid.uuid4(), 7)])  # by hand: not the key's
    first, *others = Hold.objects.select_related("account").order_by("id")
    ledger.release_all(others)
    assert ApiKeyDay.objects.get().reserved == first.amount
    assert list(audit()) == []


def test_a_refusal_by_the_wallet_leaves_nothing_on_the_keys_day(
    key: ApiKey, bob: User, team: Team, hold: Callable[[int], None]
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=50))
    ledger.grant(team, Mode.TEST, 20)
    with pytest.raises(Refusal, match="the team wallet has 20"):
        hold(30)
    hold(20)
    assert ApiKeyDay.objects.get().reserved == 20


def test_the_audit_tells_a_keys_day_that_is_not_the_sum_of_its_holds(
    key: ApiKey, bob: User, hold: Callable[[int], None]
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=50))
    hold(20)
    ApiKeyDay.objects.update(reserved=19)
    [said] = audit()
    assert "reserved 19; its holds sum to 0, 20" in said
    ApiKeyDay.objects.update(reserved=20)
    assert list(audit()) == []
