"""However admission is written, all that it leaves behind is what plain ORM would leave behind."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from django.db import transaction

from generations.core import clock
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.lifecycle import admit as door
from generations.lifecycle.admit import Idempotency, KeyReused, Order
from generations.lifecycle.models import Generation, IdempotencyRecord
from generations.lifecycle.states import Wait
from generations.prompts import library
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.lifecycle import by_orm
from tests.lifecycle.footprint import Footprint, left_by
from tests.lifecycle.orders import ADMITTED, REFUSED, SPEC, World

pytestmark = pytest.mark.django_db
AGAIN = Idempotency("alice POST /v1/text_to_image", "order-1", "a")


@pytest.fixture
def world(team: Team, alice: User) -> World:
    membership = Membership.objects.select_related("team", "user").get(team=team, user=alice)
    return World(team, alice, Order(membership, Mode.TEST, SPEC))


def compared(real: Callable[[], object], plain: Callable[[], object]) -> Footprint:
    """What the real door leaves behind, which is what the plain one does."""
    found, expected = left_by(real), left_by(plain)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert found.keys() == expected.keys()
    return found


@pytest.mark.parametrize("idempotency", [None, AGAIN], ids=["", "with_an_idempotency_key"])
@pytest.mark.parametrize("ask", ADMITTED)
def test_every_row_is_the_same(
    world: World, ask: Callable[[World], Order], idempotency: Idempotency | None
) -> None:
    order = ask(world)
    before = left_by(lambda: None)
    after = compared(
        lambda: door.admit(order, idempotency), lambda: by_orm.admit(order, idempotency)
    )
    grown = {table: len(rows) - len(before[table]) for table, rows in after.items()}
    assert (grown["Batch"], grown["Generation"], grown["OrmQ"]) == (1, order.count, 1)
    assert grown["Transition"] == order.count
    assert grown["IdempotencyRecord"] == (1 if idempotency else 0)
    is_held = "waiting" not in ask.__name__
    assert grown["Hold"] == grown["Entry"] == (order.count if is_held else 0)


@pytest.mark.parametrize("ask", ADMITTED)
def test_what_is_given_back_is_what_was_written(
    world: World, ask: Callable[[World], Order]
) -> None:
    for given in door.admit(ask(world)).generations:
        written = Generation.objects.get(pk=given.pk)
        for field in Generation._meta.concrete_fields:
            value = getattr(given, field.attname)
            is_reckoned_by_the_database = given.wait == Wait.UNDO and field.name == "due_at"
            assert is_reckoned_by_the_database or value == getattr(written, field.attname), field
        for row in (given, given.batch, *([given.hold] if given.hold else [])):
            row.save()  # what is there is not made once more


def test_a_series_of_several_orders(world: World) -> None:
    world.grant(1000)
    version = library.save(world.team, world.alice, "Hills", "a {size} hill", {})
    once = world.but(prompt_version=version, may_undo=True, count=4)
    orders = [replace(once, values={"size": size}) for size in ("small", "grey", "blue")]
    key = upstream.pick(world.team, Mode.TEST)
    after = compared(lambda: door.create(orders, key), lambda: by_orm.create(orders, key))
    assert [row["values"] for row in after["Batch"]] == [order.values for order in orders]
    assert len(after["Entry"]) == 1 + 12


def refused_by(act: Callable[[], object]) -> dict[str, object]:
    with pytest.raises(Refusal) as refused:
        act()
    return vars(refused.value)


@pytest.mark.parametrize("ask", REFUSED)
def test_every_refusal_is_the_same_and_leaves_nothing(
    world: World, ask: Callable[[World], Order]
) -> None:
    order = ask(world)
    said: list[dict[str, object]] = []
    before = left_by(lambda: None)
    after = compared(
        lambda: said.append(refused_by(lambda: door.admit(order, AGAIN))),
        lambda: said.append(refused_by(lambda: by_orm.admit(order, AGAIN))),
    )
    assert said[0] == said[1]
    assert after == before


def test_a_repetition_leaves_nothing_and_another_body_is_refused(world: World) -> None:
    first = door.admit(world.but(count=2), AGAIN)
    before = left_by(lambda: None)
    assert door.admit(world.but(count=2), AGAIN).replayed
    assert by_orm.admit(world.but(count=2), AGAIN) == list(first.generations)
    assert left_by(lambda: None) == before
    other = replace(AGAIN, fingerprint="b")
    for admit in (door.admit, by_orm.admit):
        with pytest.raises(KeyReused):
            admit(world.order, other)


def test_after_a_day_the_same_idempotency_key_is_a_new_order(world: World) -> None:
    door.admit(world.order, AGAIN)
    IdempotencyRecord.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    after = compared(
        lambda: door.admit(world.order, AGAIN), lambda: by_orm.admit(world.order, AGAIN)
    )
    assert len(after["Generation"]) == 2
    assert len(after["IdempotencyRecord"]) == 1


def test_each_part_of_an_order_is_carried_by_one_of_these(world: World) -> None:
    """A part that is added to Order wants an order of this kind among them."""
    carried = {field.name for field in fields(Order) if field.default is field.default_factory}
    for ask in ADMITTED:
        with transaction.atomic():
            order = ask(replace(world, order=replace(world.order)))
            usual = Order(order.membership, order.mode, order.spec)
            carried |= {name for name, value in vars(order).items() if value != vars(usual)[name]}
            transaction.set_rollback(True)
    assert carried == {field.name for field in fields(Order)}
