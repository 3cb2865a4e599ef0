"""Whatever happens to generations, two things at once, each ends once and is charged once.

Over real HTTP to a sandbox that misbehaves as the prompts say; its log is the witness.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import uuid4

import pytest
from django_q.models import OrmQ
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django.fixtures import Settings

from generations.core import clock
from generations.credits.audit import audit as audit_credits
from generations.credits.models import Entry
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import recovery
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.audit import audit as audit_lifecycle
from generations.lifecycle.cancel import TooLate, cancel
from generations.lifecycle.claim import claim
from generations.lifecycle.dispatch import dispatch
from generations.lifecycle.look import look
from generations.lifecycle.models import Generation
from generations.lifecycle.states import FINAL, MOVES, Status
from generations.lifecycle.store import store
from generations.people.founding import found_team
from generations.people.register import register
from generations.providers.contract import Spec
from generations.teams.models import Membership
from generations.teams.modes import Mode
from tests.race.crowd import at_once
from tests.sandbox.running import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)

MARKS = (
    *("", "", "", "[[lost]]", "[[lost-before]]", "[[502-after]]"),
    *("[[400]]", "[[401 1]]", "[[402 1]]", "[[429 1]]", "[[500 1]]", "[[500]]", "[[html 1]]"),
    *("[[fail]]", "[[not-an-image]]", "[[inside-url]]"),
    *("[[wrong-cost]]", "[[cost 999]]", "[[cost 0]]", "[[no-cost]]"),
)
PROMPTS = st.sampled_from(MARKS)
ACTS = st.sampled_from(["send", "send", "look", "store", "cancel", "sweep", "claim and die"])
SOME = how(
    max_examples=8,
    stateful_step_count=15,
    deadline=None,
    phases=[Phase.generate],  # two at once are not the same twice: shrinking would not end
    suppress_health_check=list(HealthCheck),
)
PATIENCE = 20.0  # seconds in which all must have ended


class AnyGeneration(RuleBasedStateMachine):
    """Of one person with two shared keys; each example has a team of its own."""

    sandbox: Sandbox

    @initialize()
    def found(self) -> None:
        name = uuid4().hex
        self.alice = register(
            email=f"{name}@example.com", name="Alice", password="correct horse", is_verified=True
        )
        team = found_team(team_name=name, owner=self.alice, plan="enterprise")
        self.keys = UpstreamKey.objects.filter(team=team)
        self.keys.update(base_url=self.sandbox.url)
        api_key, _secret = self.sandbox.credentials(name)
        upstream.add(
            team,
            self.alice,
            name="Spare",
            provider="sandbox",
            api_key=api_key,
            base_url=self.sandbox.url,
        )
        self.keys.update(requests_per_minute=10_000)
        self.member = Membership.objects.select_related("team", "user").get(team=team)
        self.mine = Generation.objects.filter(team=team)
        self.ended: dict[object, str] = {}

    @rule(prompt=PROMPTS, count=st.integers(1, 2))
    def ask(self, prompt: str, count: int) -> None:
        spec = Spec(f"a hill {prompt} {uuid4().hex}", 256, 256, "flux-pro", "standard", "flux-pro")
        with suppress(upstream.NoUsableKey):
            admit(Order(self.member, Mode.TEST, spec, count))

    @precondition(lambda self: self.mine.exists())
    @rule(first=ACTS, second=ACTS, one=st.integers(0, 9), other=st.integers(0, 9))
    def two_at_once(self, first: str, second: str, one: int, other: int) -> None:
        acts = [self.act(first, one), self.act(second, other)]
        outcomes = at_once(2, lambda number: acts[number]())
        assert outcomes == [None, None]
        self.look_through()

    @rule()
    def time_passes(self) -> None:
        """Leases, pauses and deadlines are over. The database's clock itself is never moved."""
        past = clock.after(-1)
        for column in ("lease_until", "due_at", "deadline"):
            self.mine.exclude(**{column: None}).update(**{column: past})
        self.keys.update(blocked_until=None)

    @rule()
    def the_admin_repairs_the_keys(self) -> None:
        self.keys.update(state=KeyState.ACTIVE, blocked_until=None)

    def act(self, name: str, number: int) -> Callable[[], None]:
        found = list(self.mine.order_by("id"))
        chosen = found[number % len(found)]
        key = self.keys[number % 2]

        def give_up() -> None:
            with suppress(TooLate):
                cancel(chosen, self.alice)

        acts: dict[str, Callable[[], object]] = {
            "send": lambda: dispatch(key.pk),
            "claim and die": lambda: claim(key.pk),
            "look": lambda: look(chosen.pk),
            "store": lambda: store(chosen.pk),
            "cancel": give_up,
            "sweep": sweep,
        }
        return lambda: (acts[name](), None)[1]

    def look_through(self) -> None:
        assert [*audit_credits(), *audit_lifecycle()] == []
        for generation in self.mine.prefetch_related("transitions"):
            steps = sorted(generation.transitions.all(), key=lambda step: step.pk)
            assert_one_way(generation, [(step.source, step.target) for step in steps])
            before = self.ended.get(generation.pk)
            is_late = before == Status.FAILED and generation.is_late and generation.charged == 0
            assert before in (None, generation.status) or is_late
            if generation.is_final:
                self.ended[generation.pk] = generation.status

    def teardown(self) -> None:
        if not hasattr(self, "mine"):
            return
        under_way = self.mine.exclude(status__in=FINAL)
        deadline = time.monotonic() + PATIENCE
        while under_way.exists():
            assert time.monotonic() < deadline, list(under_way)
            self.the_admin_repairs_the_keys()
            self.time_passes()
            sweep()
            dispatch(self.keys[0].pk)
            for generation in under_way.all():
                look(generation.pk)
                store(generation.pk)
        self.look_through()
        self.ask_the_witness()
        OrmQ.objects.all().delete()

    def ask_the_witness(self) -> None:
        made = Counter(
            str(line["idempotency_key"]).rpartition("-")[0] for line in self.sandbox.log("creation")
        )
        for generation in self.mine.filter(status=Status.COMPLETED):
            assert made[str(generation.pk)] >= 1
            charges = Entry.objects.filter(reference=generation.pk, kind="settle")
            assert charges.count() == (0 if generation.is_late else 1)


def assert_one_way(generation: Generation, steps: Sequence[tuple[str, str]]) -> None:
    """Its history is one path that the table of states allows, and it stands at its end."""
    at = ""
    for source, target in steps:
        assert source == at
        assert not source or target in MOVES[Status(source)]
        at = target
    assert at == generation.status


def sweep() -> None:
    recovery.end_leases()
    recovery.poll()
    recovery.store_again()
    recovery.send_waiting()
    recovery.revive_keys()


def test_a_generation_ends_once_and_is_charged_once(settings: Settings) -> None:
    with running_sandbox(seconds=0.02) as sandbox:
        settings.SANDBOX_URL = sandbox.url
        settings.ALLOWED_OUTBOUND_ORIGINS = [sandbox.url]
        AnyGeneration.sandbox = sandbox
        run_state_machine_as_test(AnyGeneration, settings=SOME)
