"""Charges without an upstream: admitted, settled and kept, through the doors of the ledger."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from generations.credits import ledger, limits
from generations.credits.models import Hold
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.states import Status
from generations.providers.contract import Spec
from generations.reports import period
from generations.reports.figures import Wanted
from generations.reports.usage import Usage, usage
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

Charge = Callable[..., Generation]
Person = Callable[[str], User]
Report = Callable[..., Usage]


@pytest.fixture
def ask(team: Team) -> Charge:
    """ask(bob) is a generation of Bob's that waits, for which 20 credits are held today."""

    def admitted(
        user: User, prompt: str = "A hill", mode: str = "test", **changes: Any
    ) -> Generation:
        spec = Spec(prompt, 1024, 1024, "flux-pro", "standard", "flux-pro")
        membership = Membership.objects.select_related("team", "user").get(user=user, team=team)
        return admit(Order(membership, Mode(mode), spec, **changes)).generations[0]

    return admitted


@pytest.fixture
def charge(team: Team, ask: Charge) -> Charge:
    """charge(bob, 15) is a finished picture of Bob's that cost 15 credits today."""

    def finish(
        user: User,
        cost: int,
        prompt: str = "A hill",
        is_private: bool = False,
        **changes: Any,
    ) -> Generation:
        generation = ask(user, prompt, **changes)
        with transaction.atomic():
            ledger.settle(Hold.objects.get(reference=generation.pk), cost)
            rows = Generation.objects.filter(pk=generation.pk)
            rows.update(status=Status.COMPLETED, charged=cost)
        Image.objects.create(
            generation=generation, team=team, author=user, mode=generation.mode,
            is_private=is_private, sha256="0" * 64, format="png", width=1024, height=1024,
            size=1, colour="#806771",
        )  # fmt: skip
        return generation

    return finish


@pytest.fixture
def report(team: Team) -> Report:
    """report(user=bob) is the team's practice of this month, narrowed as the page would do it."""

    def read(**narrows: Any) -> Usage:
        wanted = Wanted(
            narrows.pop("period", None) or period.this_month(team),
            narrows.pop("mode", Mode.TEST),
            **narrows,
        )
        return usage(team, wanted, limits.of_all(team, wanted.mode))

    return read


@pytest.fixture
def live_key(team: Team, alice: User) -> UpstreamKey:
    return upstream.add(team, alice, name="Studio", provider="doitong", api_key="real-key-0001")
