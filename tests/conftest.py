"""The small world of all tests: Alice owns, Bob belongs, Carol reviews, Charlie is a stranger."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from generations.apps import guards
from generations.core import append_only
from generations.people.founding import found_team
from generations.people.register import register
from generations.teams.models import Membership, Role, Team, User

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _static_files_without_collectstatic(settings: Settings) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def _empty_in_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with real transactions empty the tables afterwards: the guards must let them.

    Emptying ends with post_migrate, which puts the guards back.
    """
    marker = request.node.get_closest_marker("django_db")
    is_real = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction", False)
    )
    if is_real:
        request.getfixturevalue("transactional_db")
    yield
    if is_real:
        append_only.lift(guards())


@pytest.fixture
def password() -> str:
    return "correct horse battery"


@pytest.fixture
def person(db: None, password: str) -> Callable[[str], User]:
    """person("Dora") is a new user, dora@example.com."""

    def create(name: str) -> User:
        email = f"{name.lower()}@example.com"
        return register(email=email, name=name, password=password, is_verified=True)

    return create


@pytest.fixture
def alice(person: Callable[[str], User]) -> User:
    return person("Alice")


@pytest.fixture
def team(alice: User) -> Team:
    """Alice's, with its accounts on the plan "starter" and a practice key."""
    return found_team(team_name="Harbour Street", owner=alice, time_zone="Europe/Dublin")


@pytest.fixture
def bob(person: Callable[[str], User], team: Team) -> User:
    return _joined(person("Bob"), team, Role.MEMBER)


@pytest.fixture
def carol(person: Callable[[str], User], team: Team) -> User:
    return _joined(person("Carol"), team, Role.REVIEWER)


@pytest.fixture
def charlie(person: Callable[[str], User]) -> User:
    return person("Charlie")


@pytest.fixture
def other_team(charlie: User) -> Team:
    """Charlie's own: what Alice's people must never see."""
    return found_team(team_name="Elsewhere", owner=charlie)


@pytest.fixture
def sign_in() -> SignIn:
    """sign_in(alice) is a browser in which Alice is signed in."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter


def _joined(user: User, team: Team, role: Role) -> User:
    Membership.objects.create(team=team, user=user, role=role)
    return user
