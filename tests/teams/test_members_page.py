import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.teams import invite
from generations.teams.models import Invitation, Membership, Role, Team, User
from tests.conftest import SignIn

LINK = re.compile(r'id="invitation-link">([^<]+)<')


def address(team: Team) -> str:
    return reverse("members", args=[team.slug])


def link_on(page: str) -> str:
    found = LINK.search(page)
    assert found
    return found[1]


def test_everybody_in_the_team_sees_who_is_in_it(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn
) -> None:
    text = sign_in(carol).get(address(team)).content.decode()
    assert all(name in text for name in ("Alice", "Bob", "Carol", "Owner", "Reviewer"))
    assert "Make an invitation link" not in text


def test_a_new_link_is_shown_once_and_works_without_mail(
    team: Team, alice: User, sign_in: SignIn, mailoutbox: list[object]
) -> None:
    browser = sign_in(alice)
    words = {"role": "member", "email": ""}
    answer = browser.post(reverse("invitations", args=[team.slug]), words)
    assert answer.headers["Location"] == address(team)
    assert "/join/" not in str([row.get_decoded() for row in Session.objects.all()])
    page = browser.get(address(team))
    link = link_on(page.content.decode())
    assert "no-store" in page.headers["Cache-Control"]
    assert mailoutbox == []
    again = browser.get(address(team)).content.decode()
    assert link not in again and link.rstrip("/").rpartition("/")[2] not in again
    ending = link.rstrip("/")[-4:]
    assert f"Whoever has the link that ends in {ending}" in again
    assert Invitation.objects.count() == 1
    path = link.removeprefix("http://127.0.0.1:8000")
    words = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}
    assert Client().post(path, words).status_code == 302
    assert Membership.objects.filter(team=team, user__email="dora@example.com").exists()


def test_the_address_of_an_invitation_leads_back_to_the_members(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    answer = sign_in(alice).get(reverse("invitations", args=[team.slug]))
    assert answer.headers["Location"] == address(team)


@pytest.mark.parametrize("words", [{"role": "owner"}, {"role": "member", "email": "no"}, {}])
def test_bad_input_shows_the_page_again_and_invites_nobody(
    team: Team, alice: User, sign_in: SignIn, words: dict[str, str]
) -> None:
    answer = sign_in(alice).post(reverse("invitations", args=[team.slug]), words)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_withdrawing_closes_the_link(team: Team, alice: User, sign_in: SignIn) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    browser = sign_in(alice)
    revocation = reverse("invitation_revocation", args=[team.slug, invitation.pk])
    assert browser.get(revocation).status_code == 405
    assert browser.post(revocation).status_code == 302
    assert browser.post(revocation).status_code == 302
    assert Client().get(reverse("join", args=[token])).status_code == 410


def test_withdrawing_is_undone_from_the_members_page(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    browser, arguments = sign_in(alice), [team.slug, invitation.pk]
    page = browser.post(reverse("invitation_revocation", args=arguments), follow=True)
    restoration = reverse("invitation_restoration", args=arguments)
    assert f'<form method="post" action="{restoration}"' in page.content.decode()
    assert browser.get(restoration).status_code == 405
    assert browser.post(restoration).status_code == 302
    assert invite.find(token) is not None


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("carol", 403), ("charlie", 404)])
def test_only_who_manages_the_team_invites_or_withdraws(
    team: Team, alice: User, sign_in: SignIn, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    browser = sign_in(request.getfixturevalue(who))
    assert browser.post(reverse("invitations", args=[team.slug])).status_code == status
    revocation = reverse("invitation_revocation", args=[team.slug, invitation.pk])
    assert browser.post(revocation).status_code == status
    assert invite.find(token) is not None
    invite.revoke(invitation, alice)
    restoration = reverse("invitation_restoration", args=[team.slug, invitation.pk])
    assert browser.post(restoration).status_code == status
    assert invite.find(token) is None


def test_another_teams_invitation_cannot_be_withdrawn(
    team: Team, alice: User, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    invitation, token = invite.invite(team, alice, Role.MEMBER)
    revocation = reverse("invitation_revocation", args=[other_team.slug, invitation.pk])
    assert sign_in(charlie).post(revocation).status_code == 404
    assert invite.find(token) is not None


def test_ten_more_members_and_invitations_cost_no_more_queries(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(team))
        return len(queries)

    invite.invite(team, alice, Role.MEMBER)
    before = count()
    for number in range(10):
        user = User.objects.create_user(f"m{number}@example.com", name=f"M{number}")
        Membership.objects.create(team=team, user=user, role=Role.MEMBER)
        invite.invite(team, alice, Role.MEMBER)
    assert count() == before


def test_a_look_at_who_is_there_leaves_the_new_link_to_the_page(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    browser.post(reverse("invitations", args=[team.slug]), {"role": "member", "email": ""})
    part = browser.get(address(team), headers={"HX-Request": "true"}).content.decode()
    assert "Whoever has the link" in part
    assert "<form class=" in part and "Make an invitation link" not in part
    assert "/join/" in link_on(browser.get(address(team)).content.decode())
