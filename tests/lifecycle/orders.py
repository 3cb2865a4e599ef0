"""Orders of every kind: what one may carry, and what may stand in its way."""

from dataclasses import dataclass, replace
from typing import Any

from generations.credits import ledger
from generations.credits.models import Account
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle.admit import Order
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Series
from generations.prompts import library, styles
from generations.providers.contract import Spec
from generations.teams.models import Project, Team, User
from generations.teams.modes import Mode
from tests.lifecycle import by_orm

SPEC = Spec("a hill", 512, 512, "flux-pro", "standard", "flux-pro")
MOST = 20  # credits held for one such picture


@dataclass
class World:
    """A team that made a picture and called one off before, and what an order may carry."""

    team: Team
    alice: User
    order: Order

    def but(self, **changes: Any) -> Order:
        return replace(self.order, **changes)

    def key(self, daily_limit: int | None = None) -> ApiKey:
        key, _text = issued.issue(self.team, self.alice, name="Nightly", mode=Mode.TEST)
        key.daily_limit = daily_limit
        key.save()
        return key

    def let(self, daily_limit: int) -> None:
        self.order.membership.daily_limit = daily_limit
        self.order.membership.save()

    def grant(self, amount: int) -> None:
        ledger.grant(self.team, Mode.TEST, amount)


def one(world: World) -> Order:
    return world.order


def several(world: World) -> Order:
    return world.but(count=3)


def the_first_ever_after_one_that_was_called_off(world: World) -> Order:
    cancel(by_orm.admit(world.order)[0], world.alice)
    return world.but(count=2)


def beside_what_is_held(world: World) -> Order:
    by_orm.admit(world.but(count=2))
    return world.but(count=2, spec=replace(SPEC, width=1536, height=1024, quality="high"))


def for_a_project(world: World) -> Order:
    return world.but(count=2, project=Project.objects.create(team=world.team, name="Harbour"))


def by_a_key(world: World) -> Order:
    return world.but(api_key=world.key(), webhook_url="https://shop.example/hook?a=1")


def by_a_key_with_a_limit_of_its_own(world: World) -> Order:
    return world.but(api_key=world.key(100), count=2)


def by_a_key_whose_limit_was_set_in_the_middle_of_the_day(world: World) -> Order:
    key = world.key()
    by_orm.admit(world.but(api_key=key, count=3))
    key.daily_limit = 5 * MOST
    return world.but(api_key=key, count=2)


def by_a_key_whose_day_has_begun(world: World) -> Order:
    key = world.key(100)
    by_orm.admit(world.but(api_key=key))
    return world.but(api_key=key, count=2)


def by_a_key_that_lost_its_limit(world: World) -> Order:
    key = world.key(100)
    by_orm.admit(world.but(api_key=key))
    key.daily_limit = None
    return world.but(api_key=key)


def beside_a_key_with_a_limit(world: World) -> Order:
    by_orm.admit(world.but(api_key=world.key(100)))
    return world.but(api_key=world.key())


def once_more_what_failed(world: World) -> Order:
    return world.but(retry_of=by_orm.admit(world.order)[0])


def from_a_saved_prompt_in_a_style(world: World) -> Order:
    version = library.save(world.team, world.alice, "Hills", "a {size} hill", {})
    style = styles.add(world.team, world.alice, "Ink", "in ink")
    return world.but(
        template="a {size} hill", values={"size": "small"}, prompt_version=version, style=style
    )


def in_a_series(world: World) -> Order:
    series = Series.objects.create(
        team=world.team, author=world.alice, mode=Mode.TEST, template="a hill", rows=1, count=2
    )
    return world.but(series=series, count=2)


def from_an_open_wallet(world: World) -> Order:
    world.grant(3 * MOST)
    return world.but(count=3)


def many_that_may_be_taken_back(world: World) -> Order:
    return world.but(count=11, may_undo=True)


def few_that_nobody_takes_back(world: World) -> Order:
    return world.but(count=10, may_undo=True)


def to_the_last_credit_of_the_day(world: World) -> Order:
    world.let(3 * MOST)
    by_orm.admit(world.order)
    return world.but(count=2)


def waiting_for_the_day(world: World) -> Order:
    world.let(3 * MOST)
    by_orm.admit(world.but(count=2))
    return world.but(count=2, may_wait=True, may_undo=True)


def waiting_for_the_keys_day(world: World) -> Order:
    key = world.key(2 * MOST)
    by_orm.admit(world.but(api_key=key))
    return world.but(api_key=key, count=2, may_wait=True)


def waiting_for_the_wallet(world: World) -> Order:
    world.grant(MOST)
    return world.but(count=2, may_wait_for_credit=True)


def waiting_for_the_day_where_credit_would_do_as_well(world: World) -> Order:
    world.let(MOST)
    return world.but(count=2, may_wait_for_credit=True)


ADMITTED = [
    one,
    several,
    the_first_ever_after_one_that_was_called_off,
    beside_what_is_held,
    for_a_project,
    by_a_key,
    by_a_key_with_a_limit_of_its_own,
    by_a_key_whose_limit_was_set_in_the_middle_of_the_day,
    by_a_key_whose_day_has_begun,
    by_a_key_that_lost_its_limit,
    beside_a_key_with_a_limit,
    once_more_what_failed,
    from_a_saved_prompt_in_a_style,
    in_a_series,
    from_an_open_wallet,
    many_that_may_be_taken_back,
    few_that_nobody_takes_back,
    to_the_last_credit_of_the_day,
    waiting_for_the_day,
    waiting_for_the_keys_day,
    waiting_for_the_wallet,
    waiting_for_the_day_where_credit_would_do_as_well,
]


def over_the_day(world: World) -> Order:
    world.let(MOST)
    return world.but(count=2)


def over_the_plan(world: World) -> Order:
    by_orm.admit(world.order)
    return world.but(count=20, spec=replace(SPEC, width=2048, height=2048, quality="high"))


def over_the_keys_day(world: World) -> Order:
    return world.but(count=2, api_key=world.key(MOST))


def over_the_wallet(world: World) -> Order:
    world.grant(MOST)
    return world.but(count=2, may_wait=True)


def over_both_of_which_the_day_is_named(world: World) -> Order:
    world.let(MOST)
    world.grant(MOST)
    return world.but(count=2)


def over_the_whole_day_however_long_one_waits(world: World) -> Order:
    world.let(MOST - 1)
    return world.but(may_wait=True)


def from_a_frozen_account(world: World) -> Order:
    ledger.freeze(Account.objects.get(team=world.team, mode=Mode.TEST, kind="wallet"))
    return world.but(may_wait=True, may_wait_for_credit=True)


REFUSED = [
    over_the_day,
    over_the_plan,
    over_the_keys_day,
    over_the_wallet,
    over_both_of_which_the_day_is_named,
    over_the_whole_day_however_long_one_waits,
    from_a_frozen_account,
]
