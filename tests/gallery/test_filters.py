"""What narrows the gallery, and the menus that offer it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock, pages
from generations.gallery import sheets, spans
from generations.gallery.finding import Wanted
from generations.prompts import library, styles
from generations.teams import days
from generations.teams.models import Membership, Project, Team, User
from tests.conftest import SignIn
from tests.gallery.conftest import Make, Shown


def test_every_filter_finds_its_own(team: Team, alice: User, make: Make, shown: Shown) -> None:
    project = Project.objects.create(team=team, name="Arts Week")
    style = styles.add(team, alice, "Cyanotype", "cyanotype on rough paper")
    version = library.save(team, alice, "Hills", "Hills", {})
    make(alice)
    cases = (
        ("shape", "16:9", {"width": 1280, "height": 720}),
        ("version", "flux-pro", {"version": "flux-pro"}),
        ("project", str(project.pk), {"project": project}),
        ("style", str(style.pk), {"style": style}),
        ("prompt", str(version.prompt_id), {"prompt_version": version}),
    )
    for name, value, changes in cases:
        image = make(alice, **changes)
        assert shown(**{name: value}) == [str(image.pk)], name


def test_filters_hold_together(
    team: Team, alice: User, bob: User, make: Make, shown: Shown
) -> None:
    wide = make(alice, "Boats", width=1280, height=720)
    make(bob, "Boats", width=1280, height=720)
    make(alice, "Boats")
    assert shown(by=str(alice.pk), shape="16:9", q="boats") == [str(wide.pk)]


def test_days_are_the_teams_own(team: Team, alice: User, make: Make, shown: Shown) -> None:
    summer = datetime(2026, 7, 10, 23, 30, tzinfo=UTC)  # half past midnight in Dublin
    late, next_day = make(alice, at=summer), make(alice, at=summer + timedelta(hours=24))
    assert shown(when="2026-07-11") == [str(late.pk)]
    assert shown(when="2026-07-12") == [str(next_day.pk)]
    assert shown(when="2026-07-10") == []


def test_spans_with_a_name_follow_the_calendar() -> None:
    wednesday = datetime(2026, 3, 4, tzinfo=UTC).date()
    said = {
        span.name: (f"{span.first:%m-%d}", f"{span.last:%m-%d}")
        for span in spans.offered(wednesday)
    }
    assert said == {
        "today": ("03-04", "03-04"),
        "yesterday": ("03-03", "03-03"),
        "week": ("03-02", "03-04"),
        "last-week": ("02-23", "03-01"),
        "month": ("03-01", "03-04"),
        "last-month": ("02-01", "02-28"),
    }


def test_today_is_today(team: Team, alice: User, make: Make, shown: Shown) -> None:
    today = make(alice)
    make(alice, at=clock.now() - timedelta(days=2))
    assert shown(when="today") == [str(today.pk)]
    assert shown(when=days.today(team).isoformat()) == [str(today.pk)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("when", "someday"),
        ("when", "0001-01-01"),
        ("when", "9999-12-31"),
        ("shape", "7:1"),
        ("version", "flux-pro-9"),
        ("style", "0190a0a0-0000-7000-8000-000000000000"),
        ("show", "everything"),
    ],
)
def test_what_there_is_not_is_not_found(team: Team, browser: Client, name: str, value: str) -> None:
    assert browser.get(reverse("gallery", args=[team.slug]), {name: value}).status_code == 404


def test_another_teams_filters_are_not_found(
    team: Team, browser: Client, other_team: Team, charlie: User
) -> None:
    project = Project.objects.create(team=other_team, name="Theirs")
    gallery = reverse("gallery", args=[team.slug])
    assert browser.get(gallery, {"project": str(project.pk)}).status_code == 404
    assert browser.get(gallery, {"by": str(charlie.pk)}).status_code == 404


def test_a_filter_can_be_left_out_alone_and_all_with_one_click(
    team: Team, alice: User, browser: Client, make: Make
) -> None:
    make(alice)
    gallery = reverse("gallery", args=[team.slug])
    text = browser.get(gallery, {"shape": "4:5", "version": "flux-pro-1.1", "by": "me"}).content
    links = re.findall(r'<a class="([\w ]+)" href="([^"]+)"', text.decode().replace("&amp;", "&"))
    removals = {href for name, href in links if name == "filter__remove"}
    assert removals == {
        f"{gallery}?by=me&version=flux-pro-1.1",
        f"{gallery}?by=me&shape=4%3A5",
    }
    assert ("filters__clear link", f"{gallery}?by=me") in links


def test_menus_offer_only_what_there_is_to_choose(
    team: Team, alice: User, browser: Client, bob: User, sign_in: SignIn
) -> None:
    def offered() -> set[str]:
        text = browser.get(reverse("gallery", args=[team.slug])).content.decode()
        return set(re.findall(r"icons.svg#plus\"></use></svg>\s+(\w+)", text))

    assert offered() == {"Who", "When", "Size", "Version", "Style"}
    Project.objects.create(team=team, name="Arts Week")
    library.save(team, alice, "Hills", "Hills", {})
    Membership.objects.filter(user=bob).delete()
    assert offered() == {"When", "Size", "Version", "Style", "Project", "Prompt"}


def test_the_search_keeps_the_filters(team: Team, browser: Client) -> None:
    text = browser.get(reverse("gallery", args=[team.slug]), {"shape": "4:5"}).content.decode()
    assert '<input type="hidden" name="shape" value="4:5">' in text


@pytest.mark.parametrize(
    "name", ["", "by", "shape", "version", "style", "project", "prompt", "show"]
)
def test_every_filter_reads_one_index_in_order(
    team: Team, alice: User, make: Make, name: str
) -> None:
    """At any depth: nothing is sorted, and the page begins in the index."""
    project = Project.objects.create(team=team, name="Arts Week")
    style = styles.add(team, alice, "Cyanotype", "cyanotype on rough paper")
    version = library.save(team, alice, "Hills", "Hills", {})
    image = make(alice, project=project, style=style, prompt_version=version)
    values = {
        "by": "me",
        "shape": "4:5",
        "version": "flux-pro-1.1",
        "style": str(style.pk),
        "project": str(project.pk),
        "prompt": str(version.prompt_id),
        "show": "trash",
    }
    membership = Membership.objects.select_related("team", "user").get(user=alice)
    wanted = Wanted.from_query({name: values[name]} if name else {}, membership)  # type: ignore[arg-type]
    page = wanted.images().filter(pages.following(image, sheets.ORDER))
    page = page.order_by("-created_at", "-pk")[:41]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a table of one row would be read whole, or sorted
            cursor.execute(
                "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off"
            )
            plan = page.explain().upper()
            assert "SORT" not in plan
        else:
            plan = page.explain().upper()
            assert "TEMP B-TREE" not in plan
            assert "CREATED_AT<?" in plan.replace(" ", "")
    assert ("IMAGE_IN_TRASH" if name == "show" else "IMAGE_BY_") in plan


def test_filters_and_more_choices_cost_no_more_queries(
    team: Team, alice: User, bob: User, browser: Client, make: Make
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("gallery", args=[team.slug]), {"shape": "4:5", "when": "today"})
        return len(captured)

    for number in range(2):
        Project.objects.create(team=team, name=f"Project {number}")
        library.save(team, alice, f"Prompt {number}", "Hills", {})
    make(alice)
    few = queries()
    for number in range(2, 9):
        Project.objects.create(team=team, name=f"Project {number}")
        library.save(team, alice, f"Prompt {number}", "Hills", {})
        make(bob)
    assert queries() == few
