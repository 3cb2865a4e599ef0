from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse

from generations.people import setup
from generations.teams.models import Membership, Role, Team, User

WORDS = {
    "name": "Alice",
    "email": "Alice@Example.com",
    "password": "correct horse battery",
    "team_name": "Harbour Street",
    "time_zone": "Europe/Dublin",
}


def address() -> str:
    return reverse("setup", args=[setup.token()])


@pytest.mark.django_db
def test_the_first_person_sets_the_hub_up_on_one_screen(client: Client) -> None:
    assert client.get(address()).status_code == 200
    answer = client.post(address(), WORDS)
    team = Team.objects.get()
    assert answer.headers["Location"] == reverse("start", args=[team.slug])
    assert team.time_zone == "Europe/Dublin"
    owner = User.objects.get()
    assert owner.email == "alice@example.com"
    assert owner.check_password(WORDS["password"])
    assert owner.is_staff
    assert Membership.objects.get(team=team, user=owner).role == Role.OWNER
    assert EmailAddress.objects.get(user=owner, primary=True, verified=True).email == owner.email


@pytest.mark.django_db
def test_after_setting_up_the_choice_is_practice_or_a_key(client: Client) -> None:
    page = client.post(address(), WORDS, follow=True)
    assert page.status_code == 200
    text = page.content.decode()
    assert reverse("create", args=["harbour-street"]) in text
    assert reverse("upstream_keys", args=["harbour-street"]) in text


@pytest.mark.django_db
def test_a_browser_without_a_known_zone_gets_utc(client: Client) -> None:
    client.post(address(), WORDS | {"time_zone": "Mars/Olympus"})
    assert Team.objects.get().time_zone == "UTC"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"), [("password", "password"), ("email", "alice"), ("team_name", "")]
)
def test_bad_input_shows_the_form_again_and_makes_nothing(
    client: Client, field: str, value: str
) -> None:
    answer = client.post(address(), WORDS | {field: value})
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not User.objects.exists() and not Team.objects.exists()


@pytest.mark.django_db
def test_another_token_opens_nothing(client: Client) -> None:
    assert client.get(reverse("setup", args=["x" * 40])).status_code == 404
    assert client.post(reverse("setup", args=["x" * 40]), WORDS).status_code == 404


def test_the_link_is_closed_once_somebody_is_there(alice: User, client: Client) -> None:
    assert not setup.is_valid(setup.token())
    answer = client.post(address(), WORDS | {"email": "eve@example.com"})
    assert answer.status_code == 410
    assert User.objects.get() == alice


@pytest.mark.django_db(transaction=True)
def test_of_two_people_with_the_link_at_once_one_wins() -> None:
    barrier = Barrier(2)

    def enter(number: int) -> int:
        try:
            barrier.wait(timeout=10)
            words = WORDS | {"email": f"p{number}@example.com", "team_name": f"Team {number}"}
            return Client().post(address(), words).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(enter, range(2)))
    assert answers == [302, 410]
    assert User.objects.count() == Team.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 403), ("charlie", 404)])
def test_only_who_manages_the_team_is_given_the_choice(
    team: Team, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    browser = Client()
    browser.force_login(request.getfixturevalue(who))
    assert browser.get(reverse("start", args=[team.slug])).status_code == status
