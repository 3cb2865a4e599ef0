"""A picture that its maker keeps to themselves."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from generations.gallery import privacy
from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.gallery.conftest import Make, Shown


def turn(client: Client, image: Image, value: str) -> int:
    address = reverse("picture_privacy", args=[image.team.slug, image.pk])
    return client.post(address, {"private": value}).status_code


def test_its_maker_hides_it_from_the_team_and_shows_it_again(
    bob: User, sign_in: SignIn, make: Make, shown: Shown
) -> None:
    image, makers = make(bob), sign_in(bob)
    assert turn(makers, image, "1") == 302
    assert shown() == []
    page = makers.get(reverse("picture", args=[image.team.slug, image.pk])).content.decode()
    assert "Private: only you see this picture" in page
    assert "Only you see this picture now." in page
    gallery = makers.get(reverse("gallery", args=[image.team.slug])).content.decode()
    assert '<b class="print__who">Private</b>' in gallery
    assert turn(makers, image, "0") == 302
    assert shown() == [str(image.pk)]


def test_nobody_else_decides(alice: User, bob: User, browser: Client, make: Make) -> None:
    """Not who owns the team either: the picture is in sight, the switch is not."""
    image = make(bob)
    assert turn(browser, image, "1") == 403
    page = browser.get(reverse("picture", args=[image.team.slug, image.pk])).content.decode()
    assert "Make private" not in page
    with pytest.raises(PermissionDenied):
        privacy.set_private(image, alice, is_private=True)


def test_of_another_members_private_picture_there_is_no_trace(
    team: Team, bob: User, browser: Client, make: Make
) -> None:
    image = make(bob)
    privacy.set_private(image, bob, is_private=True)
    assert turn(browser, image, "0") == 404
