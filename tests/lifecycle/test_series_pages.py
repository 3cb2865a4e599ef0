"""The pages of a batch: how far it is, what may be done, and one line of it everywhere else."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.keys.models import UpstreamKey
from generations.lifecycle import progress, series, waiting
from generations.lifecycle.models import Generation, Series
from generations.teams.models import Membership, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.lifecycle.test_series import let_the_moment_pass, rows_of, start
from tests.lifecycle.test_series_form import flat, url

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "series"}


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def test_the_page_says_how_far_it_is_and_what_it_cost(
    desk: Client, team: Team, alice: User
) -> None:
    one = start(team, alice, 4)
    first, second, *_rest = rows_of(one)
    image = making.finish(first)
    making.fail(second)
    text = flat(desk.get(url(team, "series", one.pk)))
    assert '<span class="figure figure--large">1</span> <span>of 4 finished</span>' in text
    assert "Retry all 1 · 10 credits" in text
    assert "2 pictures that wait are not made, and 40 credits held for them return" in text
    assert url(team, "picture", image.pk) in text
    assert "Done at about" in text


def test_of_somebody_elses_failures_it_says_who_can_retry_them(
    desk: Client, team: Team, bob: User
) -> None:
    one = start(team, bob, 2)
    making.fail(rows_of(one)[0])
    text = flat(desk.get(url(team, "series", one.pk)))
    assert f"{bob.name} can retry what failed" in text
    assert "Retry all" not in text
    Membership.objects.for_team(team).filter(user=bob).delete()
    assert "can retry" not in flat(desk.get(url(team, "series", one.pk)))


def test_undo_is_offered_with_its_seconds_and_refused_after(
    desk: Client, team: Team, alice: User
) -> None:
    one = start(team, alice, 12)
    page = url(team, "series", one.pk)
    assert 'data-countdown="5"' in flat(desk.get(page))
    let_the_moment_pass()
    assert "data-countdown" not in flat(desk.get(page))
    answer = desk.post(url(team, "series_undo", one.pk))
    assert "Too late to undo" in str(list(get_messages(answer.wsgi_request))[-1])
    assert progress.of(one).waiting == 12


def test_undo_in_time_takes_all_of_it_back(desk: Client, team: Team, alice: User) -> None:
    one = start(team, alice, 12)
    desk.post(url(team, "series_undo", one.pk))
    assert progress.of(one).cancelled == 12
    assert "All of it has ended." in flat(desk.get(url(team, "series", one.pk)))


def test_pause_go_on_cancel_and_retry_by_their_buttons(
    desk: Client, team: Team, alice: User
) -> None:
    one = start(team, alice, 4)
    making.fail(rows_of(one)[0])
    assert "Go on" in flat(desk.post(url(team, "series_pause", one.pk), headers=HTMX))
    assert progress.of(Series.objects.get()).is_paused
    assert "Pause" in flat(desk.post(url(team, "series_resumption", one.pk), headers=HTMX))
    assert "asked for again" in flat(desk.post(url(team, "series_retries", one.pk), headers=HTMX))
    answer = desk.post(url(team, "series_cancellation", one.pk))
    assert answer.headers["Location"] == url(team, "series", one.pk)
    assert progress.of(one).cancelled == 4


def test_a_retry_that_no_limit_covers_is_refused_before_and_at_the_press(
    desk: Client, team: Team, alice: User
) -> None:
    one = start(team, alice, 4)
    for row in rows_of(one):
        making.fail(row)
    Membership.objects.filter(user=alice).update(daily_limit=50)
    assert "more than your whole daily limit of 50" in flat(desk.get(url(team, "series", one.pk)))
    desk.post(url(team, "series_retries", one.pk))
    assert Generation.objects.count() == 4


def test_what_is_tried_again_elsewhere_while_the_page_is_made_does_not_break_it(
    desk: Client, team: Team, alice: User
) -> None:
    one = start(team, alice, 2)
    making.fail(rows_of(one)[0])
    membership = Membership.objects.select_related("team", "user").get(user=alice, team=team)
    retried: list[int] = []

    def other_tab(execute: Any, sql: str, *rest: Any) -> Any:
        """Presses the button right after this page has counted what failed."""
        answer = execute(sql, *rest)
        if not retried and sql.startswith("SELECT COUNT(*)") and '"retry_of_id"' in sql:
            retried.append(0)
            retried[0] = series.retry_failed(one, membership)
        return answer

    with connection.execute_wrapper(other_tab):
        answer = desk.get(url(team, "series", one.pk))
    assert retried == [1]
    assert answer.status_code == 200 and "of 2 finished" in flat(answer)


@pytest.mark.parametrize(
    ("state", "why"),
    [("paused", "the key is paused"), ("rejected", "the upstream rejected the key")],
)
def test_a_batch_that_no_key_can_take_says_so_wherever_it_stands(
    desk: Client, team: Team, alice: User, bob: User, sign_in: SignIn, state: str, why: str
) -> None:
    one = start(team, alice, 2)
    assert why not in flat(desk.get(url(team, "series_list")))
    UpstreamKey.objects.update(state=state)
    for page in ("series_list", "create", "queue"):
        assert why in flat(desk.get(url(team, page)))
    text = flat(desk.get(url(team, "series", one.pk)))
    assert f"Practice pictures wait: {why}." in text and url(team, "upstream_keys") in text
    text = flat(sign_in(bob).get(url(team, "series", one.pk)))
    assert f"{why}." in text and "An admin of the team can do that." in text
    desk.post(url(team, "series_cancellation", one.pk))
    assert why not in flat(desk.get(url(team, "series", one.pk)))


def test_more_batches_that_wait_cost_no_more_queries(desk: Client, team: Team, alice: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(url(team, "series_list"))
        return len(captured)

    start(team, alice, 2)
    UpstreamKey.objects.update(state="paused")
    few = queries()
    UpstreamKey.objects.update(state="active")
    for number in range(5):
        start(team, alice, 2, form=f"form {number}")
    UpstreamKey.objects.update(state="paused")
    assert queries() <= few


def test_others_look_and_only_managers_act(
    team: Team, bob: User, alice: User, carol: User, sign_in: SignIn
) -> None:
    one = start(team, bob, 12)
    acts = ["series_pause", "series_cancellation", "series_undo", "series_retries"]
    browser = sign_in(carol)
    assert browser.get(url(team, "series", one.pk)).status_code == 200
    assert {browser.post(url(team, act, one.pk)).status_code for act in acts} == {403}
    browser = sign_in(alice)
    assert browser.post(url(team, "series_retries", one.pk)).status_code == 403
    assert browser.post(url(team, "series_cancellation", one.pk)).status_code == 302
    assert progress.of(one).cancelled == 12


def test_another_member_looks_and_does_not_act(
    team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    one = start(team, alice, 12)
    browser = sign_in(bob)
    assert browser.get(url(team, "series", one.pk)).status_code == 200
    acts = ["pause", "resumption", "cancellation", "undo", "retries"]
    addresses = [url(team, f"series_{act}", one.pk) for act in acts]
    assert {browser.post(address).status_code for address in addresses} == {403}
    assert progress.of(one).waiting == 12


def test_another_teams_batch_is_not_there(
    desk: Client, team: Team, other_team: Team, charlie: User
) -> None:
    one = start(other_team, charlie)
    assert desk.get(url(team, "series", one.pk)).status_code == 404
    assert desk.get(f"{url(team, 'gallery')}?batch={one.pk}").status_code == 404
    assert desk.get(url(team, "series_zip", one.pk)).status_code == 404
    assert one.name not in flat(desk.get(url(team, "series_list")))


def test_the_list_is_the_teams_or_ones_own(
    desk: Client, team: Team, alice: User, bob: User
) -> None:
    start(team, bob)
    assert "Hills" in flat(desk.get(url(team, "series_list")))
    assert "No batches yet" in flat(desk.get(f"{url(team, 'series_list')}?by=me"))
    start(team, alice)
    assert flat(desk.get(f"{url(team, 'series_list')}?by=me")).count('class="batch"') == 1


def test_queue_and_desk_show_one_line_of_it(
    desk: Client, team: Team, alice: User, bob: User
) -> None:
    one = start(team, alice, 30)
    let_the_moment_pass()
    making.send(rows_of(one)[0])
    making.ask(team, bob)
    line = waiting.the_line(team, alice)
    assert line.title == "One drawing, 30 waiting"
    assert [len(line.turns), len(line.drawing), len(line.series)] == [1, 1, 1]
    assert dict(line.held) == {"test": 29 * 20 + 20 + 20}
    assert line.clear_at
    for page in ("queue", "create"):
        text = flat(desk.get(url(team, page)))
        assert text.count(f'id="series-{one.pk}"') == 1
        assert "29 waiting" in text
    assert len(desk.get(url(team, "create")).context["sittings"]) == 0


def test_the_queue_is_not_empty_of_what_a_limit_holds_back(team: Team, alice: User) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=70)
    start(team, alice, 5, may_wait=True)
    line = waiting.the_line(team, alice)
    assert not line.is_empty
    assert line.unfunded == []
    assert line.title == "Five waiting for credit"


def test_a_batch_that_failed_lately_is_still_on_the_queue(
    desk: Client, team: Team, alice: User
) -> None:
    one = start(team, alice, 2)
    for row in rows_of(one):
        making.fail(row)
    line = waiting.the_line(team, alice)
    assert [each.series for each in line.series] == [one]
    assert line.failed == []
    text = flat(desk.get(url(team, "queue")))
    assert "2 failed" in text.partition("Batches that need a look")[2]
    desk.post(url(team, "series_retries", one.pk))
    desk.post(url(team, "series_cancellation", one.pk))
    assert waiting.the_line(team, alice).series == []


def test_a_retry_of_one_picture_stays_in_its_batch_only_for_its_payer(
    desk: Client, team: Team, alice: User, bob: User, sign_in: SignIn
) -> None:
    one = start(team, alice, 2)
    first, second = rows_of(one)
    making.fail(first)
    making.fail(second)
    desk.post(url(team, "retry", first.pk))
    sign_in(bob).post(url(team, "retry", second.pk))
    found = progress.of(one)
    assert (found.waiting, found.failed, found.again) == (1, 1, 0)


def test_the_composer_does_not_begin_with_a_row(desk: Client, team: Team, alice: User) -> None:
    making.ask(team, alice, "By hand")
    start(team, alice, 2)
    assert "By hand" in flat(desk.get(url(team, "create")))
    earlier = desk.get(url(team, "earlier_prompts")).json()["prompts"]
    assert [each["prompt"] for each in earlier] == ["By hand"]


def test_its_pictures_and_entries_are_found_by_it(desk: Client, team: Team, alice: User) -> None:
    one = start(team, alice, 2)
    made = making.finish(rows_of(one)[0])
    other = making.finish(making.ask(team, alice)[0])
    text = desk.get(f"{url(team, 'gallery')}?batch={one.pk}").content.decode()
    assert str(made.pk) in text
    assert str(other.pk) not in text
    entries = desk.get(f"{url(team, 'entries')}?series={one.pk}")
    assert (entries.context["count"], entries.context["charged"]) == (1, 10)


def test_a_batch_without_pictures_has_no_zip(desk: Client, team: Team, alice: User) -> None:
    one = start(team, alice, 2)
    assert desk.get(url(team, "series_zip", one.pk)).status_code == 404


def test_the_list_costs_no_more_for_more_batches(desk: Client, team: Team, alice: User) -> None:
    def look() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(url(team, "series_list"))
        return len(queries)

    start(team, alice, 2, form="0")
    look()
    before = look()
    for n in range(1, 6):
        start(team, alice, 2, form=str(n))
    assert look() == before
