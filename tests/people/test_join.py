import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from generations.core import clock
from generations.teams import invite
from generations.teams.models import Invitation, Membership, Role, Team, User
from tests.conftest import SignIn

WORDS = {"name": "Dora", "email": "dora@example.com", "password": "correct horse battery"}


@pytest.fixture
def token(team: Team, alice: User) -> str:
    return invite.invite(team, alice, Role.MEMBER)[1]


def address(token: str) -> str:
    return reverse("join", args=[token])


def test_a_newcomer_sets_a_password_and_lands_in_the_gallery(
    team: Team, token: str, client: Client
) -> None:
    page = client.get(address(token))
    assert "Harbour Street" in page.content.decode()
    answer = client.post(address(token), WORDS)
    assert answer.headers["Location"] == reverse("gallery", args=[team.slug])
    dora = User.objects.get(email="dora@example.com")
    assert Membership.objects.get(team=team, user=dora).role == Role.MEMBER
    assert client.session["_auth_user_id"] == str(dora.pk)


def test_an_address_that_nobody_vouched_for_is_not_confirmed(token: str, client: Client) -> None:
    client.post(address(token), WORDS)
    assert not EmailAddress.objects.get(email="dora@example.com").verified


def test_an_address_in_the_invitation_cannot_be_changed(
    team: Team, alice: User, client: Client
) -> None:
    _invitation, token = invite.invite(team, alice, Role.MEMBER, "dora@example.com")
    client.post(address(token), WORDS | {"email": "eve@example.com"})
    assert User.objects.filter(email="dora@example.com").exists()
    assert not User.objects.filter(email="eve@example.com").exists()


def test_who_has_an_account_joins_with_one_click(
    team: Team, token: str, charlie: User, sign_in: SignIn
) -> None:
    browser = sign_in(charlie)
    page = browser.get(address(token))
    assert 'name="password"' not in page.content.decode()
    assert not Membership.objects.filter(user=charlie).exists()
    answer = browser.post(address(token))
    assert answer.headers["Location"] == reverse("gallery", args=[team.slug])
    assert Membership.objects.filter(team=team, user=charlie).count() == 1


def test_clicking_twice_is_joining_once(
    team: Team, token: str, charlie: User, sign_in: SignIn
) -> None:
    browser = sign_in(charlie)
    browser.post(address(token))
    assert browser.post(address(token)).status_code == 302
    assert Membership.objects.filter(team=team, user=charlie).count() == 1


def test_the_address_of_somebody_here_is_refused_with_a_way_in(
    token: str, charlie: User, client: Client
) -> None:
    answer = client.post(address(token), WORDS | {"email": "CHARLIE@example.com"})
    assert answer.status_code == 422
    assert "already uses this e-mail" in answer.content.decode()
    assert "?next=/join/" in answer.content.decode()
    assert invite.find(token) is not None


def test_a_weak_password_is_refused_and_the_link_stays_good(token: str, client: Client) -> None:
    assert client.post(address(token), WORDS | {"password": "dora"}).status_code == 422
    assert not User.objects.filter(email="dora@example.com").exists()
    assert invite.find(token) is not None


@pytest.mark.parametrize("way", ["used", "withdrawn", "expired"])
def test_a_closed_link_says_why(
    team: Team, token: str, alice: User, charlie: User, client: Client, way: str
) -> None:
    if way == "used":
        invite.accept(token, charlie)
    elif way == "withdrawn":
        invite.revoke(Invitation.objects.get(), alice)
    else:
        Invitation.objects.update(expires_at=clock.after(-1))
    for answer in (client.get(address(token)), client.post(address(token), WORDS)):
        assert answer.status_code == 410
        assert way in answer.content.decode()
    assert not User.objects.filter(email="dora@example.com").exists()


def test_an_invented_link_is_closed(team: Team, client: Client) -> None:
    assert client.get(address("invented")).status_code == 410
