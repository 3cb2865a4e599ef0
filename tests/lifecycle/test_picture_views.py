"""The bytes of pictures: who gets them, and as what."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.core import blobs, clock
from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import hostile
from tests.lifecycle.keeping import keep_picture

pytestmark = pytest.mark.django_db

VARIANTS = ["320.webp", "640.webp", "1280.webp"]


@pytest.fixture
def image(team: Team, alice: User) -> Image:
    return keep_picture(team, alice)


def address(image: Image, file: str = "320.webp") -> str:
    return f"/t/{image.team.slug}/pictures/{image.pk}/{file}"


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("role", ["alice", "bob", "carol"])
def test_the_team_sees_its_pictures(
    image: Image, role: str, variant: str, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    answer = sign_in(request.getfixturevalue(role)).get(address(image, variant))

    assert answer.status_code == 200
    assert answer.content == blobs.read(image.file_name(variant.removesuffix(".webp")))
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_picture_that_the_browser_has_is_not_sent_again(
    image: Image, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    etag = browser.get(address(image))["ETag"]

    answer = browser.get(address(image), headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == etag
    assert etag != browser.get(address(image, "640.webp"))["ETag"]


@pytest.mark.parametrize("file", [*VARIANTS, "original"])
def test_a_stranger_gets_404_and_a_visitor_the_door(
    image: Image, charlie: User, sign_in: SignIn, file: str
) -> None:
    assert sign_in(charlie).get(address(image, file)).status_code == 404
    assert Client().get(address(image, file)).status_code == 302


@pytest.mark.parametrize("file", [*VARIANTS, "original"])
def test_another_teams_picture_is_not_found_under_ones_own_team(
    image: Image, charlie: User, other_team: Team, sign_in: SignIn, file: str
) -> None:
    trick = address(image, file).replace(image.team.slug, other_team.slug)

    assert sign_in(charlie).get(trick).status_code == 404


@pytest.mark.parametrize("file", [*VARIANTS, "original"])
def test_a_private_picture_is_its_authors_alone(
    team: Team, alice: User, bob: User, sign_in: SignIn, file: str
) -> None:
    image = keep_picture(team, bob, is_private=True)

    assert sign_in(alice).get(address(image, file)).status_code == 404
    assert sign_in(bob).get(address(image, file)).status_code == 200


@pytest.mark.parametrize("file", [*VARIANTS, "original"])
def test_a_trashed_picture_is_gone(image: Image, alice: User, sign_in: SignIn, file: str) -> None:
    Image.objects.update(trashed_at=clock.database_now())

    assert sign_in(alice).get(address(image, file)).status_code == 404


@pytest.mark.parametrize("file", ["original.webp", "2048.webp", "0.webp", "..%2fx.webp", "320.png"])
def test_only_the_display_versions_are_display_versions(
    image: Image, alice: User, sign_in: SignIn, file: str
) -> None:
    assert sign_in(alice).get(address(image, file)).status_code == 404


@pytest.mark.parametrize(
    ("file_format", "media_type", "ending"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_the_original_comes_as_a_download_under_a_name_of_ours(
    team: Team, alice: User, sign_in: SignIn, file_format: str, media_type: str, ending: str
) -> None:
    content = hostile.picture((64, 48), file_format=file_format)
    image = keep_picture(team, alice, content)

    answer = sign_in(alice).get(address(image, "original"))

    assert answer.getvalue() == content
    assert answer["Content-Type"] == media_type
    name = rf'attachment; filename="fluxhub-\d{{4}}-\d\d-\d\d-[0-9a-f]{{8}}\.{ending}"'
    assert re.fullmatch(name, answer["Content-Disposition"])
    assert answer["Content-Length"] == str(len(content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"].startswith("private")


@pytest.mark.parametrize("file", ["320.webp", "original"])
def test_a_file_that_was_lost_is_not_found(
    team: Team, alice: User, sign_in: SignIn, file: str
) -> None:
    image = keep_picture(team, alice, hostile.picture((33, 33)))
    blobs.delete(image.file_name(file.removesuffix(".webp")))

    assert sign_in(alice).get(address(image, file)).status_code == 404


def test_pictures_are_read_not_changed(image: Image, alice: User, sign_in: SignIn) -> None:
    assert sign_in(alice).post(address(image)).status_code == 405
    assert sign_in(alice).head(address(image)).status_code == 200


def test_a_thumbnail_costs_four_queries(image: Image, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)

    with CaptureQueriesContext(connection) as queries:
        browser.get(address(image))

    assert len(queries) <= 4  # session, user, membership, picture
