"""Trying again: what binds stands there before the press, and the ways on."""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.credits import ledger
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle.again import again
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.lifecycle.quote import Quotes
from generations.lifecycle.states import Status, Wait
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.lifecycle.test_series import rows_of, start

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


@pytest.fixture
def live_key(team: Team, alice: User) -> UpstreamKey:
    return upstream.add(team, alice, name="Studio", provider="doitong", api_key="real-upstream-key")


def failed(team: Team, user: User, **changes: object) -> Generation:
    [row] = making.ask(team, user, "Paper boats", **changes)
    making.fail(row)
    return row


def limit(user: User, daily_limit: int | None) -> None:
    Membership.objects.filter(user=user).update(daily_limit=daily_limit)


def words(browser: Client, team: Team, name: str, *of: object) -> str:
    """What of a page is read, each stretch of white space as one space."""
    text = browser.get(reverse(name, args=[team.slug, *of])).content.decode()
    return " ".join(TAG.sub("", text).split())


def buttons(browser: Client, team: Team, name: str, row: Generation, *of: object) -> str:
    """The start tag of the picture's button on this page."""
    text = browser.get(reverse(name, args=[team.slug, *of])).content.decode()
    [found] = re.findall(rf'<button[^>]*id="retry-{row.pk}"[^>]*>', text)
    return str(found)


def retry(browser: Client, row: Generation, waits_for: str = "", **headers: str) -> int:
    address = reverse("retry", args=[row.team.slug, row.pk])
    return browser.post(address, {"waits_for": waits_for}, headers=headers).status_code


def test_what_fits_is_tried_again_at_once(team: Team, alice: User, desk: Client) -> None:
    row = failed(team, alice)
    for page in ("create", "queue"):
        assert "Retry · 15 credits" in words(desk, team, page)
        assert "disabled" not in buttons(desk, team, page, row)
    assert retry(desk, row) == 302
    assert Generation.objects.get(retry_of=row).hold


def test_a_day_that_is_spent_is_said_on_the_tile_and_the_picture_may_wait(
    team: Team, alice: User, desk: Client
) -> None:
    row = failed(team, alice)
    making.ask(team, alice)
    limit(alice, 30)
    assert "It may cost 20, and 10 are left today." in words(desk, team, "create")
    said = words(desk, team, "queue")
    assert "This needs up to 20 credits and your daily limit leaves 10. It resets at" in said
    for page in ("create", "queue"):
        assert "Queue it for 00:00 · 15 credits" in words(desk, team, page)
        assert 'name="waits_for" value="reset"' in buttons(desk, team, page, row)
    assert retry(desk, row, "reset") == 302
    again = Generation.objects.get(retry_of=row)
    assert (again.hold, again.wait) == (None, Wait.DAILY_LIMIT)
    assert again.due_at is not None


def test_an_empty_wallet_is_said_and_the_picture_may_wait_for_credit(
    team: Team, alice: User, desk: Client
) -> None:
    row = failed(team, alice)
    ledger.grant(team, "test", 12, actor=alice)
    assert "It may cost 20, and the wallet has 12." in words(desk, team, "create")
    assert "Queue it until there is credit · 15" in words(desk, team, "create")
    assert 'value="credit"' in buttons(desk, team, "create", row)
    assert retry(desk, row, "credit") == 302
    assert Generation.objects.get(retry_of=row).wait == Wait.WALLET


def test_what_no_waiting_helps_cannot_be_pressed(team: Team, alice: User, desk: Client) -> None:
    row = failed(team, alice)
    limit(alice, 10)
    for page in ("create", "queue"):
        assert "disabled" in buttons(desk, team, page, row)
    assert "more than you have for a whole day" in words(desk, team, "create")
    UpstreamKey.objects.update(state=KeyState.PAUSED)
    limit(alice, 30)
    assert "disabled" in buttons(desk, team, "create", row)
    assert "Practice is paused" in words(desk, team, "create")
    assert retry(desk, row, "reset") == 302
    assert Generation.objects.count() == 1


def test_what_was_cancelled_is_asked_for_again_the_same_way(
    team: Team, alice: User, desk: Client
) -> None:
    [row] = making.ask(team, alice)
    cancel(row, alice)
    limit(alice, 10)
    assert "disabled" in buttons(desk, team, "create", row)


def test_a_press_that_comes_too_late_brings_the_tile_with_the_ways_on(
    team: Team, alice: User, desk: Client
) -> None:
    row = failed(team, alice)
    limit(alice, 30)
    making.ask(team, alice)
    address = reverse("retry", args=[team.slug, row.pk])
    answer = desk.post(address, headers=HTMX)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == f"#generation-{row.pk}"
    text = answer.content.decode()
    assert "Queue it for" in text and "your daily limit leaves 10" in text
    assert not Generation.objects.filter(retry_of=row).exists()


def test_where_the_team_waits_a_press_waits_and_nonsense_is_as_usual(
    team: Team, alice: User, desk: Client
) -> None:
    first, second = failed(team, alice), failed(team, alice)
    making.ask(team, alice)
    limit(alice, 30)
    assert retry(desk, first, "for ever") == 302
    assert not Generation.objects.filter(retry_of=first).exists()
    Team.objects.update(waits_for="reset")
    assert retry(desk, second) == 302
    assert Generation.objects.get(retry_of=second).hold is None


def test_all_of_them_say_what_fits_and_what_would_wait(
    team: Team, alice: User, desk: Client
) -> None:
    for _number in range(5):
        failed(team, alice)
    assert "Retry all · 75 credits" in words(desk, team, "queue")
    limit(alice, 50)
    said = words(desk, team, "queue")
    assert "This needs up to 100 credits, more than your whole daily limit of 50." in said
    assert "Only 2 · 30 credits" in said
    assert "Retry 2, queue 3 from 00:00" in said
    desk.post(reverse("retry_failed", args=[team.slug]), {"waits_for": "reset"})
    asked = Generation.objects.exclude(retry_of=None)
    assert (asked.exclude(hold=None).count(), asked.filter(hold=None).count()) == (2, 3)


def test_only_those_that_fit_are_tried_where_nothing_is_to_wait(
    team: Team, alice: User, desk: Client
) -> None:
    for _number in range(3):
        failed(team, alice)
    ledger.grant(team, "test", 45, actor=alice)
    said = words(desk, team, "queue")
    assert "Only 2 · 30" in said and "Retry 2, queue 1 until there is credit" in said
    Team.objects.update(waits_for="credit")
    assert "Only 2" not in words(desk, team, "queue")
    desk.post(reverse("retry_failed", args=[team.slug]), {"waits_for": "nothing"})
    assert Generation.objects.exclude(retry_of=None).count() == 2


def test_only_what_fits_is_meant_where_the_others_would_wait_too_long(
    team: Team, alice: User, desk: Client
) -> None:
    for _number in range(9):
        failed(team, alice)
    Team.objects.update(waits_for="reset")
    limit(alice, 40)
    text = desk.get(reverse("queue", args=[team.slug])).content.decode()
    [button] = re.findall(r"<button([^>]*)>(?:(?!</button>).)*Only 2 · 30", text, re.DOTALL)
    assert 'name="waits_for" value="nothing"' in button
    answer = desk.post(reverse("retry_failed", args=[team.slug]), {"waits_for": "nothing"})
    [said] = get_messages(answer.wsgi_request)
    assert (str(said), said.level_tag) == ("2 asked for again.", "success")


def test_what_waits_already_comes_first_and_is_counted(
    team: Team, alice: User, desk: Client
) -> None:
    row = failed(team, alice)
    limit(alice, 40)
    making.ask(team, alice, count=2)
    making.ask(team, alice, count=3, may_wait=True)
    assert "Queue it from 00:00" in words(desk, team, "queue")
    making.ask(team, alice, count=3, may_wait=True)
    assert "disabled" in buttons(desk, team, "queue", row)


def test_practice_and_real_failures_are_each_held_against_their_own_means(
    team: Team, alice: User, live_key: UpstreamKey
) -> None:
    """Two of each fit tomorrow: a day later, not two."""
    for mode in Mode:
        for _number in range(4):
            failed(team, alice, mode=mode)
    ledger.grant(team, Mode.LIVE, 1000)
    limit(alice, 40)
    membership = Membership.objects.select_related("team", "user").get(user=alice)
    found = again(Quotes(membership), Generation.objects.order_by("id"))
    assert (len(found.now), len(found.later), found.resets) == (4, 4, 1)


def test_where_none_fits_all_may_wait_or_none(team: Team, alice: User, desk: Client) -> None:
    for _number in range(2):
        failed(team, alice)
    making.ask(team, alice)
    limit(alice, 30)
    assert "Queue all 2 from 00:00" in words(desk, team, "queue")
    UpstreamKey.objects.update(state=KeyState.PAUSED)
    text = desk.get(reverse("queue", args=[team.slug])).content.decode()
    [form] = re.findall(r'<form[^>]*id="again-all".*?</form>', text, re.DOTALL)
    assert "disabled" in form and "waits_for" not in form


def test_a_batch_says_it_of_all_that_failed_and_lets_them_wait(
    team: Team, alice: User, desk: Client
) -> None:
    one = start(team, alice, 4)
    for row in rows_of(one):
        making.fail(row)
    limit(alice, 50)
    said = words(desk, team, "series", one.pk)
    assert "more than your whole daily limit of 50" in said
    assert "Queue all 4 over 2 days, from 00:00 · 40 credits" in said
    desk.post(reverse("series_retries", args=[team.slug, one.pk]), {"waits_for": "reset"})
    again = Generation.objects.exclude(retry_of=None)
    assert again.filter(hold=None, status=Status.QUEUED, batch__series=one).count() == 4


def test_more_than_three_days_hold_is_not_queued(team: Team, alice: User, desk: Client) -> None:
    one = start(team, alice, 4)
    for row in rows_of(one):
        making.fail(row)
    limit(alice, 20)
    said = words(desk, team, "series", one.pk)
    assert "Queue all" not in said
    desk.post(reverse("series_retries", args=[team.slug, one.pk]), {"waits_for": "reset"})
    assert not Generation.objects.exclude(retry_of=None).exists()


def test_who_only_looks_is_offered_nothing(
    team: Team, alice: User, carol: User, sign_in: SignIn
) -> None:
    row = failed(team, alice)
    text = sign_in(carol).get(reverse("queue", args=[team.slug])).content.decode()
    assert "Paper boats" in text and f"retry-{row.pk}" not in text


@pytest.mark.parametrize("page", ["create", "queue"])
def test_more_failures_cost_no_more_queries(
    team: Team, alice: User, desk: Client, page: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(reverse(page, args=[team.slug]))
        return len(captured)

    for _number in range(2):
        failed(team, alice)
    few = queries()
    for _number in range(6):
        failed(team, alice)
    assert queries() <= few
