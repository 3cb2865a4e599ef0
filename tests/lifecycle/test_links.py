"""The address of a finished picture that a script gets: no header, and a short life."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from pytest_django.fixtures import Settings

from generations.core import blobs, clock, ids
from generations.core import signing as webhook_signing
from generations.keys.models import ApiKey
from generations.lifecycle import links
from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from generations.teams.modes import Mode
from tests.lifecycle.keeping import keep_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(team: Team, alice: User) -> Image:
    return keep_picture(team, alice)


def issue(team: Team, user: User) -> ApiKey:
    key = ApiKey(team=team, user=user, name="Nightly", mode=Mode.TEST, digest=ids.token())
    key.webhook_secret = webhook_signing.new_webhook_secret()
    key.save()
    return key


@pytest.fixture
def api_key(team: Team, alice: User) -> ApiKey:
    return issue(team, alice)


def path(url: str) -> str:
    return url.removeprefix("http://127.0.0.1:8000")


def test_whoever_has_the_address_gets_the_picture(image: Image, api_key: ApiKey) -> None:
    url = links.result_url(image, api_key)

    answer = Client().get(path(url))

    assert url.startswith("http://127.0.0.1:8000/p/")
    assert answer.status_code == 200
    assert answer.getvalue() == blobs.read(image.file_name("original"))
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "private, max-age=300"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_head_tells_the_same_without_the_bytes(image: Image, api_key: ApiKey) -> None:
    address = path(links.result_url(image, api_key))

    answer = Client().head(address)

    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert answer["Content-Length"] == str(image.size)
    again = Client().get(address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert Client().post(address).status_code == 405


def test_the_address_is_absolute_on_the_hubs_own_site(
    image: Image, api_key: ApiKey, settings: Settings
) -> None:
    settings.SITE_URL = "https://hub.example"

    assert links.result_url(image, api_key).startswith("https://hub.example/p/")


def test_it_lives_as_long_as_its_key_says(image: Image, api_key: ApiKey) -> None:
    with time_machine.travel(datetime(2026, 5, 1, 15, tzinfo=UTC), tick=False) as now:
        address = path(links.result_url(image, api_key))
        now.move_to(datetime(2026, 5, 8, 15, tzinfo=UTC))
        assert Client().get(address).status_code == 200
        assert path(links.result_url(image, api_key)) != address

        now.move_to(datetime(2026, 5, 8, 23, 59, 50, tzinfo=UTC))
        assert Client().get(address)["Cache-Control"] == "private, max-age=10"

        now.move_to(datetime(2026, 5, 9, tzinfo=UTC))
        assert Client().get(address).status_code == 404


def test_asked_twice_on_one_day_it_is_the_same(image: Image, api_key: ApiKey) -> None:
    with time_machine.travel(datetime(2026, 5, 1, 1, tzinfo=UTC), tick=False) as now:
        first = links.result_url(image, api_key)
        now.shift(timedelta(hours=20))
        assert links.result_url(image, api_key) == first


def test_a_key_may_say_for_as_long_as_the_picture(image: Image, api_key: ApiKey) -> None:
    api_key.url_days = 2_000_000_000
    address = path(links.result_url(image, api_key))

    with time_machine.travel(clock.now() + timedelta(days=20_000)):
        assert Client().get(address).status_code == 200


@pytest.mark.parametrize("death", ["revoked_at", "expires_at"])
def test_it_dies_with_its_key(image: Image, api_key: ApiKey, death: str) -> None:
    address = path(links.result_url(image, api_key))
    ApiKey.objects.update(**{death: clock.after(-1)})

    assert Client().get(address).status_code == 404


def test_it_dies_with_the_picture(image: Image, api_key: ApiKey) -> None:
    address = path(links.result_url(image, api_key))
    Image.objects.update(trashed_at=clock.database_now())

    assert Client().get(address).status_code == 404


def test_the_key_of_another_team_opens_nothing(
    image: Image, charlie: User, other_team: Team
) -> None:
    foreign = issue(other_team, charlie)

    assert Client().get(path(links.result_url(image, foreign))).status_code == 404


def test_a_token_cannot_be_made_or_bent(image: Image, api_key: ApiKey) -> None:
    address = path(links.result_url(image, api_key))
    text, _, seal = address.removeprefix("/p/").partition(".")
    elsewhere = signing.Signer(salt="another purpose", sep=".").sign(text)

    for token in (text, f"{text}.", f"{text}.{seal[:-1]}", f"Z{text[1:]}.{seal}", elsewhere, "ë.x"):
        assert Client().get(f"/p/{token}").status_code == 404
    assert len(seal) >= 43  # 256 bits
