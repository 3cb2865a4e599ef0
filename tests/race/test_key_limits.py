"""A key's daily limit, raced: over pages, scripts and what waits, exactly what it covers."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from generations.credits import allowance, refusals
from generations.credits.allowance import Overtaken
from generations.credits.models import ApiKeyDay, Hold, UserDay
from generations.credits.refusals import Refusal
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle import key_limits
from generations.lifecycle.admit import Admission, Order, admit
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.teams.allowance import Allowance
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.race.conftest import MOST, OrderOf
from tests.race.crowd import AT_THE_DOORS, at_once
from tests.race.scale import raced
from tests.race.test_admission import assert_exactly

pytestmark = pytest.mark.django_db(transaction=True)
By = Callable[[], Order]
PARAMETERS = {"service": "flux-pro", "prompt": "a hill", "width": 512, "height": 512}


@pytest.fixture
def key(team: Team, alice: User) -> ApiKey:
    return issued.issue(team, alice, name="Nightly", mode=Mode.TEST)[0]


@pytest.fixture
def by_key(order: OrderOf, alice: User, key: ApiKey) -> By:
    """by_key() is an order that comes by the key, with the limits it has now."""

    def make() -> Order:
        order_of_hers = order(alice)
        fresh = ApiKey.objects.get(pk=key.pk)
        return Order(order_of_hers.membership, Mode.TEST, order_of_hers.spec, api_key=fresh)

    return make


@pytest.mark.parametrize("calls", [60, pytest.param(600, marks=pytest.mark.postgres)])
def test_a_key_for_twenty_pictures_admits_exactly_twenty(
    key: ApiKey, by_key: By, order: OrderOf, alice: User, calls: int
) -> None:
    """Half of the calls are her own clicks, which the key's day does not count."""
    ApiKey.objects.update(daily_limit=20 * MOST + MOST - 1)
    orders = [by_key(), order(alice)]
    outcomes = at_once(calls, lambda number: admit(orders[number % 2]))
    assert_exactly(20, refusals.DAILY, _by_key(outcomes, key))
    assert ApiKeyDay.objects.get().reserved == 20 * MOST


@raced("keys, callers", (4, 10), sqlite=(20, 10), postgresql=(100, 50))
def test_each_of_many_keys_makes_exactly_what_its_day_covers(
    alice: User, team: Team, keys: int, callers: int
) -> None:
    """They share their owner's day and the team's wallet: in these rows all of them meet."""
    named = [f"Script {number}" for number in range(keys)]
    texts = [issued.issue(team, alice, name=name, mode=Mode.TEST)[1] for name in named]
    ApiKey.objects.update(daily_limit=3 * MOST)

    def ask(number: int) -> int:
        script = Client(headers={"X-API-Key": texts[number // callers]})
        answer = script.post("/v1/text_to_image", PARAMETERS, content_type="application/json")
        return answer.status_code

    statuses = at_once(keys * callers, ask, AT_THE_DOORS)
    assert Counter(statuses) == {200: keys * 3, 429: keys * (callers - 3)}
    for first in range(0, keys * callers, callers):
        assert statuses[first : first + callers].count(200) == 3
    assert set(ApiKeyDay.objects.values_list("reserved", "spent")) == {(3 * MOST, 0)}
    assert UserDay.objects.get().reserved == Generation.objects.count() * MOST == keys * 3 * MOST


def _by_key(outcomes: list[Admission | Exception], key: ApiKey) -> list[Admission | Exception]:
    return [
        one
        for one in outcomes
        if not isinstance(one, Admission) or one.generations[0].api_key_id == key.pk
    ]


def test_a_limit_that_is_set_while_requests_run_counts_every_one_of_them(
    key: ApiKey, by_key: By, alice: User
) -> None:
    """Ends and beginnings on all sides of it: the day's figure is the sum of its holds."""

    def act(number: int) -> object:
        if number == 20:
            key_limits.change(key, alice, Allowance(daily_limit=70 * MOST))
            return None
        admission = admit(by_key())
        if number % 3 == 0:
            cancel(admission.generations[0], alice)
        return admission

    outcomes = at_once(80, act, threads=16)
    others = [one for one in outcomes if isinstance(one, Exception)]
    assert others == []
    assert ApiKeyDay.objects.count() == 1  # that it is exact, the books say after each test
    with transaction.atomic():
        for generation in Generation.objects.filter(status="queued"):
            cancel(generation, alice)
    assert ApiKeyDay.objects.get().reserved == 0


def test_limits_set_by_two_at_once_are_never_loosened_unseen(
    key: ApiKey, team: Team, alice: User, bob: User
) -> None:
    """Both saw no limit; one tightens the day, one the pictures at once: one must look again."""
    Membership.objects.filter(user=bob).update(role="admin")
    wishes = [Allowance(daily_limit=40), Allowance(concurrent=1)]

    def change(number: int) -> None:
        key_limits.change(key, (alice, bob)[number], wishes[number], seen=Allowance())

    outcomes = at_once(2, change)
    assert [type(one) for one in outcomes if one is not None] == [Overtaken], outcomes
    key.refresh_from_db()
    kept = wishes[outcomes.index(None)]
    assert (key.daily_limit, key.concurrent) == (kept.daily_limit, kept.concurrent)


def test_a_members_limits_set_by_two_at_once_are_never_loosened_unseen(
    team: Team, alice: User, bob: User, person: Callable[[str], User]
) -> None:
    bobs = Membership.objects.select_related("team", "user").get(user=bob)
    wishes = [Allowance(daily_limit=40), Allowance(concurrent=1)]
    outcomes = at_once(
        2, lambda number: allowance.tighten(bobs, alice, wishes[number], seen=Allowance())
    )
    assert [type(one) for one in outcomes if one is not None] == [Overtaken], outcomes
    bobs.refresh_from_db()
    assert allowance.own(bobs) == wishes[outcomes.index(None)]


def test_credits_that_come_back_are_used_again_by_the_key(by_key: By, alice: User) -> None:
    ApiKey.objects.update(daily_limit=2 * MOST)

    def ask_and_give_back(_: int) -> Admission:
        admission = admit(by_key())
        cancel(admission.generations[0], alice)
        return admission

    outcomes = at_once(60, ask_and_give_back, threads=8)
    others = [one for one in outcomes if not isinstance(one, Admission)]
    assert {type(one) for one in others} <= {Refusal}, others[:3]
    assert ApiKeyDay.objects.get().reserved == 0
    assert not Hold.objects.filter(resolved_at=None).exists()
