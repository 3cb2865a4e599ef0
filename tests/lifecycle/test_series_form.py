"""The form of a batch: rows, prompts and price before the press, and every fault where it is."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from generations.credits import ledger
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Generation, Series
from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn
from tests.lifecycle.making import ask
from tests.lifecycle.test_series import rows_of

pytestmark = pytest.mark.django_db
CSV = "town;hour\nGalway;dusk\nSligo;dawn\n"


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def url(team: Team, name: str, *of: object) -> str:
    return reverse(name, args=[team.slug, *of])


def flat(answer: Any) -> str:
    """The page's text, each stretch of white space as one space."""
    return " ".join(answer.content.decode().split())


def said(**changes: object) -> dict[str, object]:
    return {
        "prompt": "Hills behind {town} at {hour}",
        "source": "lists",
        "list-town": "Galway\nSligo\nCork",
        "list-hour": "dusk\ndawn",
        "shape": "4:5",
        "version": "flux-pro-1.1",
        "quality": "standard",
        "count": "1",
        "mode": "test",
        "token": "a form",
        **changes,
    }


def press(desk: Client, team: Team, **changes: object) -> Any:
    return desk.post(url(team, "series_new"), said(**changes))


def preview(desk: Client, team: Team, **changes: object) -> str:
    answer = desk.post(url(team, "series_preview"), said(**changes), headers={"HX-Request": "true"})
    return flat(answer)


def test_the_form_begins_with_a_prompt_of_the_library_or_the_last_one(
    desk: Client, team: Team
) -> None:
    text = flat(desk.get(url(team, "series_new")))
    assert "New batch" in text
    assert "<span data-unpriced>Generate</span>" in text
    assert 'hx-post="' + url(team, "series_preview") in text


def test_the_preview_says_rows_prompts_and_price(desk: Client, team: Team) -> None:
    text = preview(desk, team, count="2")
    assert "<b>6 rows</b> × 2 = 12 pictures · at most 240 credits" in text
    assert text.count("batch-preview__row said") == 5
    assert "and 1 more" in text
    assert 'Hills behind <em class="variable">Galway</em> at <em class="variable">dusk</em>' in text
    assert "Generate 12 · 180 credits" in text and "data-unpriced" not in text
    assert not Series.objects.exists()


def test_a_limit_is_said_before_the_press_with_the_ways_out(
    desk: Client, team: Team, alice: User
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=70)
    text = preview(desk, team)
    assert "This needs up to 120 credits and" not in text  # more than the whole limit
    assert "more than your whole daily limit of 70" in text
    assert "3 rows would fit." in text
    assert 'name="look" value="3"' in text
    assert 'name="waits_for" value="reset"' in text
    answer = press(desk, team, look="3")
    assert "<b>3 rows</b>" in flat(answer)
    assert 'name="take" value="3"' in flat(answer)
    assert press(desk, team).status_code == 422
    assert not Generation.objects.exists()
    assert press(desk, team, waits_for="reset").status_code == 302
    assert Generation.objects.filter(hold=None).count() == 6


def test_a_day_that_is_spent_is_said_before_a_row_is_written(
    desk: Client, team: Team, alice: User
) -> None:
    empty = {"list-town": "", "list-hour": ""}
    assert "data-refused" not in preview(desk, team, **empty)
    ask(team, alice)
    Membership.objects.filter(user=alice).update(daily_limit=30)
    for text in (preview(desk, team, **empty), flat(desk.get(url(team, "series_new")))):
        assert "data-refused" in text
        assert "Not one row fits now. It may cost 20, and 10 are left today." in text
        assert "they can be queued for <time" in text
    Membership.objects.filter(user=alice).update(daily_limit=10)
    assert "can be queued" not in preview(desk, team, **empty)
    Membership.objects.filter(user=alice).update(daily_limit=None)
    ledger.grant(team, "test", 30, actor=alice)
    assert "can be queued until there is credit" in preview(desk, team, **empty)


def test_more_than_a_day_is_queued_over_days_and_never_over_more_than_three(
    desk: Client, team: Team, alice: User
) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=40)
    text = preview(desk, team)
    assert "Queue all of it over 3 days, from <time" in text
    assert "Or queue them: 2 start each day" in text
    Membership.objects.filter(user=alice).update(daily_limit=20)
    text = preview(desk, team)
    assert "more than your whole daily limit of 20" in text and "waits_for" not in text
    assert press(desk, team, waits_for="reset").status_code == 422
    Team.objects.update(waits_for="reset")
    assert "data-refused" in preview(desk, team)
    assert press(desk, team).status_code == 422
    assert not Generation.objects.exists()


def test_it_says_whether_there_will_be_an_undo(desk: Client, team: Team, alice: User) -> None:
    assert "Up to 10 pictures start at once, without an Undo" in preview(desk, team)
    assert "there are 5 seconds to undo it" in preview(desk, team, count="2")
    Membership.objects.filter(user=alice).update(daily_limit=70)
    assert "undo" not in preview(desk, team).lower()


def test_what_is_said_twice_is_told_with_its_number(desk: Client, team: Team) -> None:
    text = preview(desk, team, **{"list-town": "Galway\nSligo\nGalway"})
    assert "<b>4 rows</b>" in text and "1 value is in its list twice, and counts once." in text
    text = preview(desk, team, source="csv", table=CSV + "Sligo;dawn\n")
    assert "<b>3 rows</b>" in text and "1 row says the same as another, and is made" in text


def test_a_fault_is_said_once_and_names_the_columns_that_there_are(
    desk: Client, team: Team
) -> None:
    fault = "There is no column “town”; the columns are “city”, “hour”."
    table = CSV.replace("town", "city")
    for answer in (
        press(desk, team, source="csv", table=table),
        press(desk, team, source="csv", table=table, look="all"),
    ):
        assert flat(answer).count(fault) == 1
    assert preview(desk, team, source="csv", table=table).count(fault) == 1


def test_where_the_team_waits_for_credit_the_button_queues_all_of_it(
    desk: Client, team: Team, alice: User
) -> None:
    ledger.grant(team, "test", 50, actor=alice)
    assert 'name="waits_for" value="credit"' in preview(desk, team)
    Team.objects.update(waits_for="credit")
    text = preview(desk, team)
    assert "Queue 6 · when there is credit" in text
    assert "All of it waits, holds nothing until then" in text
    assert press(desk, team).status_code == 302
    assert Generation.objects.filter(hold=None, wait="wallet").count() == 6
    assert "6 wait for credit" in flat(desk.get(url(team, "series", Series.objects.get().pk)))


def test_what_the_shared_key_has_no_room_for_today_is_said(desk: Client, team: Team) -> None:
    UpstreamKey.objects.filter(team=team).update(daily_limit=4, daily_unit="jobs")
    assert "data-later" in preview(desk, team)
    UpstreamKey.objects.filter(team=team).update(daily_limit=6)
    assert "data-later" not in preview(desk, team)


def test_one_press_leads_to_the_page_of_the_batch(desk: Client, team: Team) -> None:
    answer = press(desk, team)
    one = Series.objects.get()
    assert answer.headers["Location"] == url(team, "series", one.pk)
    assert (one.rows, one.name) == (6, "Hills behind {town} at {hour}")
    again = press(desk, team)
    assert again.headers["Location"] == url(team, "series", one.pk)
    text = flat(desk.get(url(team, "series", one.pk)))
    assert "started already" in text
    assert "of 6 finished" in text


def test_a_file_is_read_and_nothing_of_it_is_lost(desk: Client, team: Team) -> None:
    file = SimpleUploadedFile("rows.csv", b"\xef\xbb\xbf" + CSV.encode() + b"Cork;\n")
    answer = press(desk, team, source="csv", file=file)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Line 4, column 2: hour is empty." in text
    assert "town;hour\nGalway;dusk" in text
    assert press(desk, team, source="csv", table=CSV).status_code == 302
    assert [row.batch.values for row in rows_of(Series.objects.get())] == [
        {"town": "Galway", "hour": "dusk"},
        {"town": "Sligo", "hour": "dawn"},
    ]


def test_a_file_in_another_encoding_is_told_with_its_place(desk: Client, team: Team) -> None:
    file = io.BytesIO("town;hour\nCó;dusk\n".encode("latin-1"))
    file.name = "rows.csv"
    text = flat(press(desk, team, source="csv", file=file))
    assert "Line 2, column 2: This is not UTF-8" in text


def test_a_thousand_rows_of_a_megabyte_come_through(desk: Client, team: Team) -> None:
    table = "town\n" + "".join(f'"town {n} {"x" * 450}"\n' for n in range(1000))
    text = preview(desk, team, prompt="Hills of {town}", source="csv", table=table)
    assert "<b>1,000 rows</b>" in text
    table += '"one more"\n'
    text = preview(desk, team, prompt="Hills of {town}", source="csv", table=table)
    assert "1,001 rows; at most 1,000." in text


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"prompt": "Hills"}, "Put a word in braces, such as {city}: it is what changes by row."),
        ({"list-hour": ""}, "Give hour at least one value, one a line."),
        ({"list-town": "\n".join(map(str, range(600)))}, "600 × 2 = 1,200 rows; at most 1,000."),
        ({"count": "21"}, "Ask for 1 to 20 pictures at once."),
        ({"prompt": "{town} " * 500, "list-town": "Tipperary"}, "Line 1: Use at most 4000"),
        ({"list-town": "A\x07B"}, "Line 1: Leave out control characters."),
    ],
)
def test_whatever_is_wrong_is_said_and_nothing_is_made(
    desk: Client, team: Team, changes: dict[str, object], fault: str
) -> None:
    answer = press(desk, team, **changes)
    assert answer.status_code == 422
    assert fault in flat(answer)
    assert not Generation.objects.exists()


def test_rows_times_pictures_is_at_most_a_thousand(desk: Client, team: Team) -> None:
    many = "\n".join(str(n) for n in range(300))
    text = preview(desk, team, **{"list-town": many, "list-hour": "dusk", "count": "4"})
    assert "300 rows × 4 = 1,200 pictures; at most 1,000." in text


def test_without_scripts_the_rows_are_shown_by_a_button(desk: Client, team: Team) -> None:
    answer = press(desk, team, look="all")
    assert answer.status_code == 200
    assert "<b>6 rows</b>" in flat(answer)
    assert "Galway\nSligo\nCork" in answer.content.decode()
