"""Whatever people do to a ledger, one by one or two at once, it stays the one of a simple model."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from generations.credits.audit import audit
from generations.credits.ledger import Ask
from generations.people.founding import found_team
from generations.people.register import register
from generations.teams.models import Membership, Role, User
from tests.browser.people import daytime_zone
from tests.race.books import Act, Adjust, Grant, Limit, Promise, Resolve, read
from tests.race.crowd import at_once
from tests.race.serial import some_order

pytestmark = pytest.mark.django_db(transaction=True)

amounts = st.lists(st.integers(1, 60), min_size=1, max_size=3)
costs = st.integers(0, 80) | st.none()
limits = st.sampled_from([0, 60, 90, 120, 150, None])


def person(name: str) -> User:
    email = f"{name}-{uuid4().hex}@example.com"
    return register(email=email, name=name, password="correct horse", is_verified=True)


class AnyLedger(RuleBasedStateMachine):
    """Two people in a team whose plan limits nothing; each example has a team of its own."""

    @initialize()
    def found(self) -> None:
        alice, bob = person("Alice"), person("Bob")
        self.people = [alice, bob]
        self.team = found_team(
            team_name=uuid4().hex, owner=alice, time_zone=daytime_zone(), plan="enterprise"
        )
        Membership.objects.create(team=self.team, user=bob, role=Role.ADMIN)
        # Something to run out of, from the start on.
        Grant(self.team, alice, 100).do()
        Limit(self.team, bob, alice, 100).do()
        self.books = read(self.team)
        self.promised: list[UUID] = []

    @rule(data=st.data())
    def one(self, data: st.DataObject) -> None:
        act = self.draw(data)
        self.end([act], [act.do()])

    @rule(data=st.data())
    def two_at_once(self, data: st.DataObject) -> None:
        acts = [self.draw(data), self.draw(data)]
        self.end(acts, at_once(2, lambda number: acts[number].do()))

    @rule(data=st.data(), cost=costs, other=costs)
    def one_promise_ends_twice_at_once(
        self, data: st.DataObject, cost: int | None, other: int | None
    ) -> None:
        act = self.draw(data, self.promises())
        self.end([act], [act.do()])
        ends = [Resolve(self.team, act.who, self.promised[-1], each) for each in (cost, other)]
        self.end(ends, at_once(2, lambda number: ends[number].do()))

    def teardown(self) -> None:
        assert list(audit()) == []

    def draw(self, data: st.DataObject, acts: st.SearchStrategy[Act] | None = None) -> Act:
        """What is drawn must not depend on who won: promised is what anybody tried to hold."""
        act = data.draw(self.acts() if acts is None else acts)
        if isinstance(act, Promise):
            self.promised += [ask.reference for ask in act.asks]
        return act

    def acts(self) -> st.SearchStrategy[Act]:
        team, who = st.just(self.team), st.sampled_from(self.people)
        # The newest first: they are seldom resolved yet.
        known = st.sampled_from(self.promised[:-6:-1]) if self.promised else st.nothing()
        return st.one_of(
            self.promises(),
            st.builds(Resolve, team, who, known, costs),
            st.builds(Grant, team, who, st.integers(1, 90)),
            st.builds(Adjust, team, who, st.integers(-90, 60).filter(bool)),
            st.builds(Limit, team, who, st.just(self.people[0]), limits),
        )

    def promises(self) -> st.SearchStrategy[Promise]:
        asks = amounts.map(lambda each: tuple(Ask(uuid4(), amount) for amount in each))
        return st.builds(Promise, st.just(self.team), st.sampled_from(self.people), asks)

    def end(self, acts: Sequence[Act], outcomes: Sequence[object]) -> None:
        self.books = some_order(self.books, acts, outcomes, read(self.team))
        assert not self.books.is_open or self.books.posted >= self.books.held >= 0


def test_a_ledger_is_what_a_simple_model_of_it_says() -> None:
    run_state_machine_as_test(
        AnyLedger,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate],  # two at once are not the same twice: shrinking would not end
            suppress_health_check=list(HealthCheck),
        ),
    )
