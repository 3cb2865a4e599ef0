"""Wrong passwords are counted by where they come from, also behind a proxy."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from generations.teams.models import User

SETTINGS = Path(__file__).resolve().parents[2] / "fluxhub" / "settings.py"
# As the proxy reports them; what a visitor claims of themselves stands before.
STRANGER, ALICE = "1.1.1.1, 198.51.100.7", "1.1.1.1, 203.0.113.9"
TOO_OFTEN = 12


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """What the settings file makes of TRUST_PROXY."""
    monkeypatch.setenv("TRUST_PROXY", "true")
    for name, value in runpy.run_path(str(SETTINGS)).items():
        if name.startswith("ALLAUTH_") or name == "SECURE_PROXY_SSL_HEADER":
            setattr(settings, name, value)


def sign_in(email: str, password: str, came_from: str) -> int:
    words = {"login": email, "password": password}
    headers = {"X-Forwarded-For": came_from}
    return Client().post(reverse("account_login"), words, headers=headers).status_code


def test_behind_a_proxy_a_stranger_locks_out_nobody_but_themselves(
    behind_a_proxy: None, alice: User, password: str
) -> None:
    for number in range(TOO_OFTEN):
        sign_in(f"nobody-{number}@example.com", "wrong", STRANGER)
    assert sign_in(alice.email, password, STRANGER) != 302
    assert sign_in(alice.email, password, ALICE) == 302


def test_without_a_proxy_nobody_names_their_own_address(alice: User, password: str) -> None:
    for number in range(TOO_OFTEN):
        sign_in(f"nobody-{number}@example.com", "wrong", f"198.51.100.{number}")
    assert sign_in(alice.email, password, ALICE) != 302
