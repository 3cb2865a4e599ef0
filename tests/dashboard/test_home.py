import pytest
from django.test import Client
from django.urls import reverse

from generations.teams.models import Membership, Role, Team, User
from tests.conftest import SignIn


@pytest.mark.django_db
def test_before_the_hub_is_set_up_a_visitor_is_told_where_the_link_is(client: Client) -> None:
    text = client.get("/").content.decode()
    assert "not set up yet" in text and "in the terminal" in text
    assert reverse("account_login") not in text


def test_a_visitor_is_asked_to_sign_in(team: Team, client: Client) -> None:
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))


def test_a_member_is_sent_on_to_create(team: Team, bob: User, sign_in: SignIn) -> None:
    assert sign_in(bob).get("/").headers["Location"] == reverse("create", args=[team.slug])


def test_of_several_teams_it_is_the_one_joined_last(
    team: Team, other_team: Team, bob: User, sign_in: SignIn
) -> None:
    Membership.objects.create(team=other_team, user=bob, role=Role.MEMBER)
    assert sign_in(bob).get("/").headers["Location"] == reverse("create", args=[other_team.slug])


def test_who_has_no_team_is_told_how_to_get_into_one(charlie: User, sign_in: SignIn) -> None:
    page = sign_in(charlie).get("/")
    assert page.status_code == 200
    assert "invitation link" in page.content.decode()
