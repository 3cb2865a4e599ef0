"""Each page that tells of a failure, provoked as it happens to people."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse

from generations.dashboard import views
from generations.teams.models import Team, User
from tests.conftest import SignIn

MOST = 2 * 1024 * 1024  # bytes: a pasted CSV of a megabyte, quoted for the wire


def says(answer: Any, status: int, title: str) -> bool:
    """Whether it is that page, and tells what happened, what it cost and what to do."""
    text = answer.content.decode()
    assert answer.status_code == status
    assert "What happened" in text and "What it cost" in text and "What to do" in text
    return f"<h1>{title}</h1>" in text and f">{status}</p>" in text


@pytest.fixture
def visitor() -> Client:
    """One whose browser is told of errors, as every browser is."""
    return Client(raise_request_exception=False)


def test_an_address_that_cannot_be_read_is_400(visitor: Client) -> None:
    answer = visitor.get("/?q=%00", headers={"Accept": "text/html"})
    assert says(answer, 400, "That request could not be read")


def test_a_role_that_does_not_reach_is_403(team: Team, bob: User, sign_in: SignIn) -> None:
    answer = sign_in(bob).get(reverse("team_settings", args=[team.slug]))
    assert says(answer, 403, "This is not yours to do")


@pytest.mark.django_db
def test_a_form_of_another_visit_is_403() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"))
    assert says(answer, 403, "The form was open for too long")


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_404(visitor: Client) -> None:
    assert says(visitor.get("/nothing/"), 404, "There is nothing here")


def test_a_form_that_is_opened_as_a_page_is_405(team: Team, alice: User, sign_in: SignIn) -> None:
    answer = sign_in(alice).get(reverse("projects", args=[team.slug]))
    assert says(answer, 405, "That cannot be opened")
    assert answer.headers["Allow"] == "POST"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "form", [{"login": "x" * (MOST + 1)}, {f"field{number}": "x" for number in range(1001)}]
)
def test_a_form_that_is_too_large_is_413(visitor: Client, form: dict[str, str]) -> None:
    answer = visitor.post(
        reverse("account_login"),
        "&".join(f"{name}={value}" for name, value in form.items()),
        content_type="application/x-www-form-urlencoded",
    )
    assert says(answer, 413, "That is too large")


def test_too_many_tries_are_429(alice: User, visitor: Client) -> None:
    cache.clear()
    answers = [
        visitor.post(reverse("account_reset_password"), {"email": alice.email}) for _ in range(20)
    ]
    cache.clear()
    assert answers[0].status_code == 302
    assert says(answers[-1], 429, "Too many tries")


@pytest.mark.django_db
def test_a_mistake_of_ours_is_500(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr(views, "render", broken)
    answer = visitor.get("/")
    assert says(answer, 500, "The hub made a mistake")
    assert b"1234" not in answer.content


def test_without_a_database_it_is_503_and_the_page_does_not_ask_for_it(
    team: Team, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(alice)
    browser.raise_request_exception = False

    def away(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("connection refused")

    with monkeypatch.context() as outage:
        outage.setattr(BaseDatabaseWrapper, "cursor", away)
        for address in ("/", reverse("gallery", args=[team.slug]), reverse("account_login")):
            answer = browser.get(address)
            assert says(answer, 503, "The hub is not ready")
            assert answer.headers["Retry-After"] == "5"
    assert browser.get(reverse("gallery", args=[team.slug])).status_code == 200
