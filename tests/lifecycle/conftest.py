"""A running upstream and a running hub: generations go the whole way, over real HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from generations.credits.audit import audit as audit_credits
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.audit import audit as audit_lifecycle
from generations.lifecycle.models import Generation
from generations.providers.contract import Spec
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.sandbox.running import Sandbox, running_sandbox

Ask = Callable[..., list[Generation]]


@pytest.fixture
def sandbox(settings: Settings, live_server: LiveServer) -> Iterator[Sandbox]:
    """An upstream of this test's own, which reaches the hub's webhooks."""
    with running_sandbox() as running:
        settings.SANDBOX_URL = running.url
        settings.ALLOWED_OUTBOUND_ORIGINS = [running.url, live_server.url]
        settings.CALLBACK_URL = settings.SITE_URL = live_server.url
        yield running


@pytest.fixture
def key(sandbox: Sandbox, team: Team) -> UpstreamKey:
    """The team's practice key, at this test's upstream."""
    key = UpstreamKey.objects.get(team=team)
    key.base_url = sandbox.url
    key.save()
    return key


@pytest.fixture
def spare(key: UpstreamKey, sandbox: Sandbox, team: Team, alice: User) -> UpstreamKey:
    """A second key to the same upstream, younger than the team's first."""
    api_key, secret = sandbox.credentials("spare")
    return upstream.add(
        team,
        alice,
        name="Spare",
        provider="sandbox",
        api_key=api_key,
        webhook_secret=secret,
        base_url=sandbox.url,
        requests_per_minute=120,
        concurrent=3,
    )


@pytest.fixture
def ask(key: UpstreamKey, team: Team) -> Ask:
    """ask(alice, "a hill", count=2) admits and returns the generations."""

    def order(user: User, prompt: str, *, side: int = 512, **changes: Any) -> list[Generation]:
        spec = Spec(prompt, side, side, "flux-pro", "standard", "flux-pro")
        membership = Membership.objects.select_related("team", "user").get(user=user, team=team)
        return list(admit(Order(membership, Mode.TEST, spec, **changes)).generations)

    return order


@pytest.fixture(autouse=True)
def _the_books_stay_exact(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did to a generation, the ledger must prove itself afterwards."""
    has_database = "db" in request.fixturenames or "transactional_db" in request.fixturenames
    if has_database:
        request.getfixturevalue("db")
    yield
    if has_database:
        assert [*audit_credits(), *audit_lifecycle()] == []
