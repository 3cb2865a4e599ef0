from datetime import date

from generations.gallery.rows import Day, Group, groups, rows, without_ragged_end
from generations.lifecycle.models import Image


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
