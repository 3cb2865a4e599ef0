"""Many originals in one file."""

import io
import re
from collections.abc import Iterable
from typing import cast
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from generations.core import blobs
from generations.gallery import privacy, trash, zipping
from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import hostile, making
from tests.lifecycle.keeping import keep_picture
from tests.lifecycle.test_series import rows_of, start


@pytest.fixture
def browser(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def ask(client: Client, team: Team, *images: Image) -> bytes:
    answer = client.post(
        reverse("gallery_zip", args=[team.slug]),
        {"picture": [str(image.pk) for image in images]},
    )
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="fluxhub-')
    return b"".join(cast("Iterable[bytes]", answer.streaming_content))  # type: ignore[attr-defined]


def test_it_holds_the_originals_byte_for_byte(team: Team, alice: User, browser: Client) -> None:
    shapes = [hostile.picture((64, 48)), hostile.picture((48, 64), file_format="JPEG")]
    images = [keep_picture(team, alice, content) for content in shapes]
    with ZipFile(io.BytesIO(ask(browser, team, *images))) as file:
        assert file.testzip() is None
        assert sorted(file.namelist()) == sorted(image.download_name for image in images)
        for image, content in zip(images, shapes, strict=True):
            assert file.read(image.download_name) == content


def test_what_one_does_not_see_is_not_in_it(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    own, private, trashed = (keep_picture(team, person) for person in (alice, bob, alice))
    privacy.set_private(private, bob, is_private=True)
    trash.trash(team, alice, [trashed.pk])
    with ZipFile(io.BytesIO(ask(browser, team, own, private, trashed))) as file:
        assert file.namelist() == [own.download_name]


def test_only_pictures_of_the_team(
    team: Team, alice: User, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    image = keep_picture(team, alice)
    answer = sign_in(charlie).post(
        reverse("gallery_zip", args=[other_team.slug]), {"picture": str(image.pk)}
    )
    assert answer.status_code == 404


def test_a_lost_original_is_named_and_the_rest_arrives(
    team: Team, alice: User, browser: Client
) -> None:
    kept, lost = keep_picture(team, alice), keep_picture(team, alice, hostile.picture((33, 31)))
    blobs.delete(lost.file_name("original"))
    with ZipFile(io.BytesIO(ask(browser, team, kept, lost))) as file:
        assert set(file.namelist()) == {kept.download_name, zipping.LOST}
        assert file.read(zipping.LOST).decode() == lost.download_name


def test_it_is_sent_in_pieces_and_never_lies_in_memory_as_a_whole(
    team: Team, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipping, "CHUNK", 100)
    image = keep_picture(team, alice, hostile.picture((200, 200)))
    pieces = list(zipping.stream([image], image.created_at.tzinfo))  # type: ignore[arg-type]
    assert len(pieces) > image.size // 100
    assert max(map(len, pieces)) < 400


def test_too_much_is_refused_with_both_sizes(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = keep_picture(team, alice)
    monkeypatch.setattr(zipping, "MOST_BYTES", image.size - 1)
    answer = browser.post(
        reverse("gallery_zip", args=[team.slug]), {"picture": str(image.pk)}, follow=True
    )
    assert "and one ZIP file holds" in answer.content.decode()


def test_a_batch_that_is_too_much_says_so_on_its_own_page(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start(team, alice, 1)
    image = making.finish(rows_of(one)[0])
    monkeypatch.setattr(zipping, "MOST_BYTES", image.size - 1)
    address = reverse("series_zip", args=[team.slug, one.pk])
    page = browser.get(reverse("series", args=[team.slug, one.pk])).content.decode()
    [link] = re.findall(rf'<a[^>]*href="{address}"[^>]*>', page)
    assert " download" not in link  # else what is said here would be stored as the file
    answer = browser.get(address, follow=True)
    assert answer.redirect_chain == [(reverse("series", args=[team.slug, one.pk]), 302)]
    assert "Select fewer in the gallery." in answer.content.decode()
