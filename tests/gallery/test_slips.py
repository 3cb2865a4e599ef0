import re

from django.test import Client

from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.gallery.test_gallery_page import gallery, pictures


def test_who_made_a_picture_is_said_once_for_several_in_a_row(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    pictures(team, bob, "one", "two")
    pictures(team, alice, "three", "four")
    assert slips(browser, team) == ["You", bob.name]


def test_whose_the_picture_after_a_private_one_is_is_said_again(
    team: Team, alice: User, browser: Client
) -> None:
    _first, private, _last = pictures(team, alice, "one", "two", "three")
    Image.objects.filter(pk=private).update(is_private=True)
    assert slips(browser, team) == ["You", "Private", "You"]


def slips(browser: Client, team: Team) -> list[str]:
    """What lies on the pictures before anybody points at them, the newest first."""
    text = browser.get(gallery(team)).content.decode()
    named = r'<figure class="print"[^>]*data-named.*?<b class="print__who">([^<]*)'
    return re.findall(named, text, re.DOTALL)
