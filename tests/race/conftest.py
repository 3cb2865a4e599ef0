"""A team without a daily limit, its practice key, and orders for it. Nothing is sent anywhere."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from generations.core import ids
from generations.credits import ledger
from generations.credits.audit import audit as audit_credits
from generations.credits.models import Hold
from generations.keys.models import UpstreamKey
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.audit import audit as audit_lifecycle
from generations.lifecycle.models import Generation
from generations.people.founding import found_team
from generations.providers.contract import Spec
from generations.teams.models import Membership, Role, Team, User
from generations.teams.modes import Mode

SPEC = Spec(
    prompt="a hill",
    width=512,
    height=512,
    version="flux-pro",
    quality="standard",
    service="flux-pro",
)
MOST = 20  # credits held for one such picture

OrderOf = Callable[[User], Order]


@pytest.fixture(autouse=True)
def _parallel_connections(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("postgres") is not None:
        request.getfixturevalue("transactional_db")


@pytest.fixture
def team(alice: User) -> Team:
    return found_team(team_name="Harbour Street", owner=alice, plan="enterprise")


@pytest.fixture
def key(team: Team) -> UpstreamKey:
    """Wide open: what binds is what the test closes."""
    key = UpstreamKey.objects.get(team=team)
    key.concurrent, key.requests_per_minute = 10_000, 10_000
    key.save()
    return key


@pytest.fixture
def bob(person: Callable[[str], User], team: Team) -> User:
    user = person("Bob")
    Membership.objects.create(team=team, user=user, role=Role.MEMBER)
    return user


@pytest.fixture
def order(team: Team, key: UpstreamKey) -> OrderOf:
    """order(alice) is Alice's order for one practice picture."""

    def of(user: User) -> Order:
        membership = Membership.objects.select_related("team", "user").get(user=user, team=team)
        return Order(membership, Mode.TEST, SPEC)

    return of


@pytest.fixture
def queued(order: OrderOf, alice: User) -> Generation:
    return admit(order(alice)).generations[0]


@pytest.fixture
def lone_hold(order: OrderOf, alice: User) -> Hold:
    """Credits held for a reference that is no generation: the ledger alone is looked at."""
    with transaction.atomic():
        return ledger.hold(order(alice).membership, Mode.TEST, [ledger.Ask(ids.uuid7(), MOST)])[0]


@pytest.fixture
def funded(team: Team) -> Callable[[int], None]:
    """funded(3) opens the practice wallet with the credits that three pictures may need."""

    def open_wallet(pictures: int) -> None:
        with transaction.atomic():
            ledger.grant(team, Mode.TEST, pictures * MOST)

    return open_wallet


@pytest.fixture(autouse=True)
def _the_books_stay_exact(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("transactional_db")
    yield
    if "monkeypatch" not in request.fixturenames:  # a guard may have been taken away
        assert list(audit_credits()) == []
        assert "lone_hold" in request.fixturenames or list(audit_lifecycle()) == []
