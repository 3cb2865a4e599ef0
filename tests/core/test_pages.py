"""Keyset pages: every row once, whatever comes or goes meanwhile."""

import base64
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from generations.core.pages import BadCursor, following, keyset
from generations.teams.models import Project, Team

pytestmark = pytest.mark.django_db
Named = Callable[..., None]


@pytest.fixture
def named(team: Team) -> Named:
    def create(*names: str) -> None:
        for name in names:
            Project.objects.create(team=team, name=name)

    return create


def through(rows: QuerySet[Project], size: int, field: str) -> list[str]:
    names, cursor = [], None
    while True:
        page = keyset(rows, cursor, size, field)
        names += [row.name for row in page.rows]
        if (cursor := page.next_cursor) is None:
            return names


def test_pages_follow_each_other_to_the_end(named: Named) -> None:
    named("a", "b", "c", "d", "e")
    for size in (1, 2, 5, 9):
        newest = Project.objects.order_by("-id").values_list("name", flat=True)
        assert through(Project.objects.all(), size, "-id") == list(newest)
        assert through(Project.objects.all(), size, "name") == ["a", "b", "c", "d", "e"]


def test_equal_values_are_told_apart_by_their_key(named: Named) -> None:
    named("a", "b", "c", "d", "e")
    for field in ("is_archived", "-is_archived"):
        names = through(Project.objects.all(), 2, field)
        assert sorted(names) == ["a", "b", "c", "d", "e"]


def test_times_are_kept_to_the_microsecond(named: Named) -> None:
    named("a", "b", "c")
    assert through(Project.objects.all(), 1, "-created_at") == ["c", "b", "a"]


def test_a_row_that_comes_meanwhile_repeats_and_hides_nothing(named: Named) -> None:
    named("a", "b", "c")
    first = keyset(Project.objects.all(), None, 2, "-created_at")
    named("d")
    second = keyset(Project.objects.all(), first.next_cursor, 2, "-created_at")
    assert [row.name for row in (*first.rows, *second.rows)] == ["c", "b", "a"]


def test_what_follows_a_row_and_what_goes_before_it(named: Named) -> None:
    named("a", "b", "c", "d")
    rows = Project.objects.order_by("name")
    here = rows[1]
    for field, names in (("name", ["c", "d"]), ("-name", ["a"]), ("created_at", ["c", "d"])):
        assert [row.name for row in rows.filter(following(here, field))] == names


def test_a_page_begins_in_the_index_and_not_before_it(named: Named) -> None:
    """A database walks no rows that were on the pages before."""
    named("a", "b", "c")
    with CaptureQueriesContext(connection) as captured:
        through(Project.objects.all(), 1, "-created_at")
    assert '"created_at" <= ' in captured[1]["sql"]


def test_an_empty_list_is_one_empty_page(team: Team) -> None:
    page = keyset(Project.objects.all(), "", 10)
    assert (page.rows, page.next_cursor) == ([], None)


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        "a" * 5000,
        encoded("text"),
        encoded({"a": 1}),
        encoded([1, 2]),
        encoded(["a"]),
        encoded(["a", "b", "c"]),
        encoded(["not a uuid", "not a uuid"]),
        encoded(["\0", "\0"]),
    ],
)
def test_a_cursor_of_another_making_is_refused(cursor: str, team: Team) -> None:
    with pytest.raises(BadCursor):
        keyset(Project.objects.all(), cursor, 10)
