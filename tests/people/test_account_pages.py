import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from generations.teams.models import User
from tests.conftest import SignIn


def test_a_person_signs_in_and_out(alice: User, client: Client, password: str) -> None:
    login = reverse("account_login")
    page = client.get(login).content.decode()
    assert "plain__sheet" in page and "sign up" not in page.lower()
    wrong = client.post(login, {"login": "alice@example.com", "password": "wrong"})
    assert "That e-mail and password do not match." in wrong.content.decode()
    right = client.post(login, {"login": "Alice@Example.com", "password": password})
    assert right.status_code == 302
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_an_e_mail_is_called_the_same_everywhere(client: Client, name: str) -> None:
    text = client.get(reverse(name)).content.decode()
    assert ">E-mail</label>" in text and "Email" not in text


@pytest.mark.django_db
def test_nobody_signs_up_without_an_invitation(client: Client) -> None:
    words = {"email": "eve@example.com", "password1": "correct horse", "password2": "correct horse"}
    page = client.post(reverse("account_signup"), words)
    assert "by a link from somebody" in page.content.decode()
    assert not User.objects.exists()


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(
    alice: User, client: Client
) -> None:
    client.post(reverse("account_reset_password"), {"email": "alice@example.com"})
    found = re.search(r"https?://\S+", str(mail.outbox[0].body))
    assert found
    link = re.sub(r"^https?://[^/]+", "", found[0])
    page = client.get(link, follow=True)
    form = page.request["PATH_INFO"]
    words = {"password1": "an entirely new one", "password2": "an entirely new one"}
    assert client.post(form, words).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("an entirely new one")
    assert "closed" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"],
)
def test_pages_for_visitors_are_in_our_look(alice: User, client: Client, name: str) -> None:
    assert "plain__sheet" in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize(
    "name", ["account_change_password", "account_email", "account_logout", "account_reauthenticate"]
)
def test_pages_for_who_is_signed_in_are_in_our_look(
    alice: User, sign_in: SignIn, name: str
) -> None:
    assert "plain__sheet" in sign_in(alice).get(reverse(name)).content.decode()


def test_changing_the_password_needs_the_old_one(
    alice: User, sign_in: SignIn, password: str
) -> None:
    browser, address = sign_in(alice), reverse("account_change_password")
    words = {"oldpassword": "wrong", "password1": "a new one here", "password2": "a new one here"}
    browser.post(address, words)
    alice.refresh_from_db()
    assert alice.check_password(password)
    browser.post(address, words | {"oldpassword": password})
    alice.refresh_from_db()
    assert alice.check_password("a new one here")
