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


def test_but_a_team_that_was_looked_at_since_goes_first(
    team: Team, other_team: Team, bob: User, sign_in: SignIn
) -> None:
    Membership.objects.create(team=other_team, user=bob, role=Role.MEMBER)
    browser = sign_in(bob)
    browser.get(reverse("queue", args=[team.slug]))
    assert browser.get("/").headers["Location"] == reverse("create", args=[team.slug])
    assert browser.get(reverse("profile")).context["team"] == team
    Membership.objects.filter(team=team, user=bob).delete()
    assert browser.get("/").headers["Location"] == reverse("create", args=[other_team.slug])


def test_a_picture_in_another_tab_does_not_count_as_looking(
    team: Team, other_team: Team, bob: User, sign_in: SignIn
) -> None:
    Membership.objects.create(team=other_team, user=bob, role=Role.MEMBER)
    browser = sign_in(bob)
    browser.get(reverse("queue", args=[team.slug]), headers={"Sec-Fetch-Dest": "image"})
    assert browser.get("/").headers["Location"] == reverse("create", args=[other_team.slug])


def test_who_has_no_team_is_told_how_to_get_into_one(charlie: User, sign_in: SignIn) -> None:
    page = sign_in(charlie).get("/")
    assert page.status_code == 200
    assert "invitation link" in page.content.decode()
