import re
from datetime import date

from django.test import Client
from django.urls import reverse

from generations.gallery.rows import Day, Group, groups, rows, without_ragged_end
from generations.lifecycle.models import Image
from generations.teams.models import Team, User
from tests.gallery.conftest import Make


def images(*shapes: tuple[int, int]) -> list[Image]:
    return [Image(width=width, height=height) for width, height in shapes]


PORTRAIT, SQUARE, WIDE = (800, 1000), (1000, 1000), (1280, 720)


def test_every_picture_is_in_one_row_and_in_order() -> None:
    pictures = images(*[PORTRAIT, WIDE, SQUARE, PORTRAIT, WIDE, WIDE, SQUARE] * 3)
    laid = [image for row in rows(pictures) for group in row.groups for image in group.images]
    assert laid == pictures


def test_a_group_is_neither_too_narrow_nor_too_wide() -> None:
    for group in groups(images(*[PORTRAIT, WIDE, SQUARE, PORTRAIT, WIDE, WIDE, SQUARE] * 5))[:-1]:
        assert 1.7 <= group.ratio <= 4


def test_a_lonely_picture_does_not_grow_over_the_whole_row() -> None:
    (row,) = rows(images(PORTRAIT))
    assert row.space
    assert row.groups[0].space


def test_a_full_group_leaves_no_space() -> None:
    assert Group(tuple(images(WIDE, WIDE))).space == ""


def test_a_ragged_last_row_waits_for_the_next_page_but_never_the_only_one() -> None:
    long = Day(date(2026, 11, 22), rows(images(*[WIDE] * 4)))
    assert len(long.rows) == 2
    assert len(without_ragged_end([long])[-1].rows) == 1
    short = Day(date(2026, 11, 22), rows(images(WIDE)))
    assert without_ragged_end([short]) == [short]


def test_the_first_row_is_fetched_at_once_and_what_is_below_when_it_is_near(
    team: Team, alice: User, make: Make, browser: Client
) -> None:
    for _number in range(20):
        make(alice)
    loading = re.findall(
        r'<img class="picture__image"[^>]*?(fetchpriority="high"|loading="lazy")',
        browser.get(reverse("gallery", args=[team.slug])).content.decode(),
    )
    at_once = loading.count('fetchpriority="high"')
    assert len(loading) == 20
    assert 4 < at_once < 12
    assert set(loading[:at_once]) == {'fetchpriority="high"'}
