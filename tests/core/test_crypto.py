"""Secrets at rest: sealed for one place, opened by any of the hub's keys, never guessed at."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from generations.core import crypto
from generations.keys.models import KeySecret
from generations.teams.models import Team


def test_what_was_sealed_opens_in_its_own_place() -> None:
    assert crypto.open_sealed(crypto.seal("geheim", "a:1"), "a:1") == "geheim"


def test_it_opens_nowhere_else() -> None:
    with pytest.raises(crypto.CannotOpen):
        crypto.open_sealed(crypto.seal("geheim", "a:1"), "a:2")


def test_every_altered_byte_is_noticed() -> None:
    sealed = crypto.seal("geheim", "a:1")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(crypto.CannotOpen):
            crypto.open_sealed(bytes(altered), "a:1")


def test_the_same_secret_never_looks_the_same() -> None:
    assert crypto.seal("geheim", "a:1") != crypto.seal("geheim", "a:1")


def test_an_older_key_still_opens_and_a_lost_one_does_not(settings: Settings) -> None:
    sealed = crypto.seal("geheim", "a:1")
    old, new = settings.FLUXHUB_ENCRYPTION_KEYS[0], crypto.new_key()
    settings.FLUXHUB_ENCRYPTION_KEYS = [new, old]
    assert crypto.open_sealed(sealed, "a:1") == "geheim"
    assert not crypto.is_current(sealed)
    settings.FLUXHUB_ENCRYPTION_KEYS = [new]
    with pytest.raises(crypto.CannotOpen):
        crypto.open_sealed(sealed, "a:1")


@pytest.mark.parametrize("keys", [[], ["not base64!"], ["c2hvcnQ="]])
def test_keys_that_cannot_protect_are_refused(settings: Settings, keys: list[str]) -> None:
    settings.FLUXHUB_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        crypto.seal("geheim", "a:1")


def test_nothing_derives_from_an_empty_secret() -> None:
    with pytest.raises(ImproperlyConfigured):
        crypto.derive("", "control")


def test_purposes_derive_different_secrets() -> None:
    assert crypto.derive("s", "a") != crypto.derive("s", "b") != crypto.derive("t", "b")


@pytest.mark.django_db
def test_the_database_never_holds_a_secret_in_the_clear(team: Team) -> None:
    secret = KeySecret.objects.get(key__team=team)
    assert secret.api_key.startswith("sandbox_")
    assert secret.api_key.encode() not in secret.__dict__["api_key"]


@pytest.mark.django_db
def test_rotating_seals_every_secret_anew_and_loses_none(team: Team, settings: Settings) -> None:
    before = KeySecret.objects.get(key__team=team).api_key
    old, new = settings.FLUXHUB_ENCRYPTION_KEYS[0], crypto.new_key()
    settings.FLUXHUB_ENCRYPTION_KEYS = [new, old]
    call_command("rotate_keys")
    settings.FLUXHUB_ENCRYPTION_KEYS = [new]
    secret = KeySecret.objects.get(key__team=team)
    assert secret.api_key == before
    assert crypto.is_current(secret.__dict__["webhook_secret"])


@pytest.mark.django_db
def test_rotating_names_what_it_cannot_open_and_seals_the_others(
    team: Team, other_team: Team, settings: Settings
) -> None:
    lost, kept = (KeySecret.objects.get(key__team=each) for each in (team, other_team))
    KeySecret.objects.filter(pk=lost.pk).update(api_key=b"\x01sealed under a key that is gone")
    settings.FLUXHUB_ENCRYPTION_KEYS = [crypto.new_key(), *settings.FLUXHUB_ENCRYPTION_KEYS]
    with pytest.raises(CommandError, match=f"api_key:{lost.pk}$"):
        call_command("rotate_keys")
    assert crypto.is_current(KeySecret.objects.get(pk=kept.pk).__dict__["api_key"])
    assert crypto.is_current(KeySecret.objects.get(pk=lost.pk).__dict__["webhook_secret"])
