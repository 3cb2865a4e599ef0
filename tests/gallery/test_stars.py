"""Favourites: each member's own."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from generations.gallery import privacy, stars
from generations.gallery.models import Star
from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.gallery.conftest import HTMX, Make, Shown


def address(image: Image) -> str:
    return reverse("star", args=[image.team.slug, image.pk])


def test_twice_is_once_and_never_is_nothing(team: Team, alice: User, make: Make) -> None:
    image = make(alice)
    stars.star(team, alice, [image.pk])
    stars.star(team, alice, [image.pk])
    assert stars.count(image) == 1
    stars.unstar(team, alice, [image.pk])
    stars.unstar(team, alice, [image.pk])
    assert stars.count(image) == 0


def test_what_one_does_not_see_cannot_be_starred(
    team: Team, alice: User, bob: User, make: Make
) -> None:
    private = make(bob)
    privacy.set_private(private, bob, is_private=True)
    assert stars.star(team, alice, [private.pk]) == []
    assert not Star.objects.exists()


def test_a_stranger_is_refused(team: Team, alice: User, charlie: User, make: Make) -> None:
    with pytest.raises(PermissionDenied):
        stars.star(team, charlie, [make(alice).pk])


def test_the_star_is_pressed_and_let_go(alice: User, browser: Client, make: Make) -> None:
    image = make(alice)
    assert 'aria-pressed="false"' in browser.get(address(image), headers=HTMX).content.decode()
    pressed = browser.post(address(image), {"starred": "1"}, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in pressed
    assert 'value="0"' in pressed  # what the next press says
    assert "<html" not in pressed
    let_go = browser.post(address(image), {"starred": "0"}, headers=HTMX).content.decode()
    assert 'aria-pressed="false"' in let_go


def test_a_plain_form_leads_back_to_the_picture(alice: User, browser: Client, make: Make) -> None:
    image = make(alice)
    answer = browser.post(address(image), {"starred": "1"})
    assert answer.headers["Location"] == reverse("picture", args=[image.team.slug, image.pk])
    assert stars.starred(alice, [image]) == {image.pk}


def test_favourites_are_ones_own_and_keep_the_filters(
    team: Team, alice: User, bob: User, sign_in: SignIn, make: Make, shown: Shown
) -> None:
    mine, boats = make(bob, "Hills"), make(bob, "Paper boats")
    stars.star(team, alice, [mine.pk, boats.pk])
    stars.star(team, bob, [boats.pk])
    assert shown(show="favourites") == [str(boats.pk), str(mine.pk)]
    assert shown(show="favourites", q="boats") == [str(boats.pk)]
    assert shown(sign_in(bob), show="favourites") == [str(boats.pk)]


def test_a_reviewer_has_favourites_too(
    team: Team, alice: User, carol: User, sign_in: SignIn, make: Make
) -> None:
    image = make(alice)
    sign_in(carol).post(address(image), {"starred": "1"})
    assert stars.starred(carol, [image]) == {image.pk}


def test_the_page_says_how_many_starred_it(
    team: Team, alice: User, bob: User, browser: Client, make: Make
) -> None:
    image = make(alice)
    stars.star(team, bob, [image.pk])
    page = browser.get(reverse("picture", args=[team.slug, image.pk])).content.decode()
    assert 'star__count numbers">1<' in page
    both = browser.post(address(image), {"starred": "1", "count": "1"}, headers=HTMX)
    assert 'star__count numbers">2<' in both.content.decode()


def test_many_at_once_tell_the_page_which(
    team: Team, alice: User, browser: Client, make: Make
) -> None:
    images = [make(alice), make(alice)]
    answer = browser.post(
        reverse("gallery_stars", args=[team.slug]),
        {"picture": [str(image.pk) for image in images]},
        headers=HTMX,
    )
    assert "starred" in answer.headers["HX-Trigger"]
    assert stars.starred(alice, images) == {image.pk for image in images}
