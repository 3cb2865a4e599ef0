"""Which providers there are, and the credentials of the built-in one."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from generations.providers import practice, registry
from generations.providers.contract import Connection


def connection(base_url: str) -> Connection:
    return Connection(base_url, "rest", "the-api-key", "the-webhook-secret", "", True)


def test_the_live_and_the_practice_provider_are_there() -> None:
    assert [slug for slug, name in registry.choices()] == ["doitong", "sandbox"]
    assert not registry.get("doitong").is_practice
    assert registry.get("doitong").default_base_url == "https://api.doitong.com"
    assert registry.get("sandbox").is_practice


def test_the_practice_provider_lives_where_the_settings_say(settings: Settings) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    assert registry.get("sandbox").default_base_url == "http://127.0.0.1:9"


def test_an_unknown_one_is_told() -> None:
    with pytest.raises(registry.UnknownProvider):
        registry.get("nobody")


def test_pictures_come_from_the_providers_own_hosts_only() -> None:
    live = "https://api.doitong.com"
    assert set(registry.get("doitong").result_hosts(live)) == {"cdn.doitong.com"}
    proxied = "https://flux.example.com:8443"
    assert set(registry.get("doitong").result_hosts(proxied)) == {
        "cdn.doitong.com",
        "flux.example.com:8443",
    }
    practice_run = "http://127.0.0.1:8001"
    assert set(registry.get("sandbox").result_hosts(practice_run)) == {"127.0.0.1:8001"}


def test_practice_credentials_differ_by_label_and_name_it() -> None:
    api_key, webhook_secret = practice.credentials("abc")
    assert api_key.startswith("sandbox_abc_")
    assert webhook_secret.startswith("whsec_")
    assert practice.credentials("abc") == (api_key, webhook_secret)
    other_key, other_secret = practice.credentials("abd")
    assert other_key[-32:] != api_key[-32:]
    assert other_secret != webhook_secret


def test_without_a_sandbox_secret_there_are_no_credentials(settings: Settings) -> None:
    settings.SANDBOX_SECRET = ""
    with pytest.raises(ImproperlyConfigured):
        practice.credentials("abc")


def test_a_connection_shows_no_secret() -> None:
    shown = repr(connection("https://api.doitong.com"))
    assert "the-api-key" not in shown
    assert "the-webhook-secret" not in shown
