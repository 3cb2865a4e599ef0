"""The trash: out of every list, back with one click."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from generations.core import blobs
from generations.gallery import privacy, trash
from generations.lifecycle.models import Image
from generations.teams.models import AuditEntry, Team, User
from tests.conftest import SignIn
from tests.gallery.conftest import HTMX, Make, Shown
from tests.lifecycle.keeping import keep_picture


def throw(client: Client, team: Team, *images: Image) -> tuple[int, list[str]]:
    """Posts them to the trash; the status, and which of them left the gallery."""
    answer = client.post(
        reverse("gallery_trash", args=[team.slug]),
        {"picture": [str(image.pk) for image in images]},
        headers=HTMX,
    )
    gone = Image.objects.filter(pk__in=[image.pk for image in images], trashed_at__isnull=False)
    return answer.status_code, [str(image.pk) for image in gone]


def test_its_maker_trashes_it_and_it_leaves_every_list(
    team: Team, bob: User, sign_in: SignIn, make: Make, shown: Shown
) -> None:
    image, other = make(bob), make(bob)
    assert throw(sign_in(bob), team, image) == (200, [str(image.pk)])
    assert shown() == [str(other.pk)]
    page = sign_in(bob).get(reverse("picture", args=[team.slug, image.pk]))
    assert page.status_code == 404
    desk = sign_in(bob).get(reverse("create", args=[team.slug])).content.decode()
    assert str(image.pk) not in desk
    assert str(other.pk) in desk


def test_who_manages_the_team_trashes_anybodys_and_it_is_written_down(
    team: Team, alice: User, bob: User, browser: Client, make: Make
) -> None:
    theirs, own = make(bob), make(alice)
    assert throw(browser, team, theirs, own)[0] == 200
    entry = AuditEntry.objects.get(action="pictures.trashed")
    assert entry.detail == {"pictures": [theirs.pk.hex]}


def test_other_members_and_reviewers_are_refused(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn, make: Make
) -> None:
    image = make(alice)
    for person in (bob, carol):
        assert throw(sign_in(person), team, image) == (403, [])


def test_of_a_mixed_selection_ones_own_go_and_the_rest_is_told(
    team: Team, alice: User, bob: User, sign_in: SignIn, make: Make
) -> None:
    own, theirs = make(bob), make(alice)
    answer = sign_in(bob).post(
        reverse("gallery_trash", args=[team.slug]),
        {"picture": [str(own.pk), str(theirs.pk)]},
        headers=HTMX,
    )
    assert "In the trash. 1 stayed: somebody else made it." in answer.content.decode()
    told = json.loads(answer.headers["HX-Trigger"])["trashed"]
    assert told == {"pictures": [str(own.pk)]}


def test_undo_brings_back_all_that_went(
    team: Team, alice: User, browser: Client, make: Make, shown: Shown
) -> None:
    images = [make(alice), make(alice)]
    throw(browser, team, *images)
    back = ",".join(image.pk.hex for image in images)
    restore = reverse("gallery_restoration", args=[team.slug])
    answer = browser.post(restore, {"picture": back}, headers=HTMX)
    assert "restored" in answer.headers["HX-Trigger"]
    assert sorted(shown()) == sorted(str(image.pk) for image in images)
    assert browser.post(restore, {"picture": back}).status_code == 302  # twice is once


def test_a_plain_form_comes_back_to_the_page_with_an_undo(
    team: Team, alice: User, browser: Client, make: Make
) -> None:
    image, gallery = make(alice), reverse("gallery", args=[team.slug])
    answer = browser.post(
        reverse("gallery_trash", args=[team.slug]),
        {"picture": str(image.pk), "next": f"{gallery}?by=me"},
    )
    assert answer.headers["Location"] == f"{gallery}?by=me"
    page = browser.get(gallery).content.decode()
    assert "In the trash." in page
    assert reverse("gallery_restoration", args=[team.slug]) in page
    assert image.pk.hex in page


def test_each_sees_in_the_trash_what_they_can_restore(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn, make: Make
) -> None:
    own, theirs, private = make(alice), make(bob), make(bob)
    privacy.set_private(private, bob, is_private=True)
    trash.trash(team, alice, [own.pk, theirs.pk])
    trash.trash(team, bob, [private.pk])
    gallery = reverse("gallery", args=[team.slug])

    def waiting(user: User) -> set[str]:
        page = sign_in(user).get(gallery, {"show": "trash"}).content.decode()
        return {str(each.pk) for each in (own, theirs, private) if f"pick-{each.pk}" in page}

    assert waiting(alice) == {str(own.pk), str(theirs.pk)}
    assert waiting(bob) == {str(theirs.pk), str(private.pk)}
    assert waiting(carol) == set()


def test_the_tab_stands_only_where_something_waits(
    team: Team, alice: User, bob: User, sign_in: SignIn, make: Make
) -> None:
    gallery, image = reverse("gallery", args=[team.slug]), make(alice)

    def has_tab(user: User) -> bool:
        page = sign_in(user).get(gallery).content.decode()
        return "show=trash" in page.partition("<main")[2].partition("</main>")[0]

    assert not has_tab(alice)
    trash.trash(team, alice, [image.pk])
    assert has_tab(alice)
    assert not has_tab(bob)


def test_the_files_stay_for_who_can_restore_and_for_nobody_else(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    image = keep_picture(team, alice)
    trash.trash(team, alice, [image.pk])
    address = reverse("trashed_file", args=[team.slug, image.pk, "320"])
    answer = sign_in(alice).get(address)
    assert answer.content == blobs.read(image.file_name("320"))
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert sign_in(bob).get(address).status_code == 404
    trash.restore(team, alice, [image.pk])
    assert sign_in(alice).get(address).status_code == 404  # its own address has it again


def test_a_stranger_is_refused(team: Team, alice: User, charlie: User, make: Make) -> None:
    image = make(alice)
    for door in (trash.trash, trash.restore):
        with pytest.raises(PermissionDenied):
            door(team, charlie, [image.pk])


@pytest.mark.parametrize("name", ["gallery_trash", "gallery_stars", "gallery_restoration"])
def test_nothing_and_too_much_are_refused_with_words(
    team: Team, browser: Client, name: str
) -> None:
    address = reverse(name, args=[team.slug])
    nothing = browser.post(address, headers=HTMX)
    assert nothing.status_code == 422
    assert "Select a picture first." in nothing.content.decode()
    many = ",".join(f"0190a0a0-0000-7000-8000-{number:012}" for number in range(201))
    assert "at most 200" in browser.post(address, {"picture": many}, headers=HTMX).content.decode()
    assert browser.post(address, {"picture": "nonsense"}).status_code == 404
