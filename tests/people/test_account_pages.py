import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from generations.teams.models import User
from tests.conftest import SignIn
from tests.test_architecture import Address, addresses


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


@pytest.mark.parametrize("who", ["a stranger", "alice", "who has no password"])
def test_every_page_of_accounts_is_in_our_look(
    alice: User, client: Client, sign_in: SignIn, who: str
) -> None:
    """Whatever address the library has, it shows none of its own templates."""
    if who != "alice":
        User.objects.filter(pk=alice.pk).update(password="!")
    browser = client if who == "a stranger" else sign_in(alice)
    pages = {each.name: browser.get(each.filled("none"), follow=True) for each in accounts()}
    assert len(pages) > 12
    bare = {name for name, page in pages.items() if "plain__sheet" not in page.content.decode()}
    # Who is signed in is sent on from here.
    assert bare <= {"account_login", "account_signup", "account_confirm_login_code"}
    for name, page in pages.items():
        assert page.status_code == 200, name
        if name in bare:
            assert who != "a stranger" and page.redirect_chain, name


def accounts() -> list[Address]:
    return [each for each in addresses() if each.path.startswith("accounts/")]


FIELDS = {
    "account_login": {"login": "username", "password": "current-password"},
    "account_reset_password": {"email": "username"},
    "account_reauthenticate": {"password": "current-password"},
    "account_change_password": {
        "oldpassword": "current-password",
        "password1": "new-password",
        "password2": "new-password",
    },
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_password_manager_knows_what_to_fill_in(
    alice: User, client: Client, sign_in: SignIn, name: str
) -> None:
    public = name in {"account_login", "account_reset_password"}
    page = (client if public else sign_in(alice)).get(reverse(name)).content.decode()
    inputs = re.findall(r'<input type="(?:text|email|password)"[^>]*>', page)
    found = {name_of(each): each for each in inputs if "hidden" not in each}
    assert {field: autocomplete_of(each) for field, each in found.items()} == FIELDS[name]
    first = next(iter(found.values()))
    assert [each for each in inputs if "autofocus" in each] == [first]
    assert "placeholder" not in page


def test_after_a_mistake_the_cursor_is_in_the_password(alice: User, client: Client) -> None:
    words = {"login": "alice@example.com", "password": "wrong"}
    page = client.post(reverse("account_login"), words).content.decode()
    inputs = re.findall(r'<input type="(?:text|email|password)"[^>]*>', page)
    assert [name_of(each) for each in inputs if "autofocus" in each] == ["password"]


def name_of(field: str) -> str:
    return field.partition('name="')[2].partition('"')[0]


def autocomplete_of(field: str) -> str:
    return field.partition('autocomplete="')[2].partition('"')[0]


def test_an_address_offers_only_what_can_be_done_with_it(alice: User, sign_in: SignIn) -> None:
    browser, address = sign_in(alice), reverse("account_email")
    alone = browser.get(address).content.decode()
    assert "in use" in alone
    assert "Use it" not in alone and "Remove it" not in alone
    browser.post(address, {"action_add": "", "email": "second@example.com"})
    both = browser.get(address).content.decode()
    assert "not confirmed" in both and "Send a link to confirm it" in both
    assert both.count("Remove it") == 1 and "Use it" not in both
    EmailAddress.objects.filter(email="second@example.com").update(verified=True)
    assert "Use it" in browser.get(address).content.decode()
    browser.post(address, {"action_primary": "", "email": "second@example.com"})
    alice.refresh_from_db()
    assert alice.email == "second@example.com"


def test_mails_are_in_our_words(alice: User, client: Client, sign_in: SignIn) -> None:
    for email in ("alice@example.com", "eve@example.com"):
        client.post(reverse("account_reset_password"), {"email": email})
    sign_in(alice).post(reverse("account_email"), {"action_add": "", "email": "third@example.com"})
    assert [each.subject for each in mail.outbox] == [
        "A new password for Fluxhub",
        "No account here with this address",
        "Is this address yours?",
    ]
    for each in mail.outbox:
        assert "Fluxhub at" in str(each.body) and "Hello from" not in str(each.body)
    assert "Alice wants to sign in with this address" in str(mail.outbox[2].body)


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
