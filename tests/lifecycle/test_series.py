"""A series: all of it or nothing, five seconds to take it back, paused, cancelled, tried again."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django_q.models import OrmQ

from generations.core import clock
from generations.credits import ledger, limits
from generations.credits.models import Account, AccountKind, Entry, Hold, UserDay
from generations.credits.refusals import Refusal
from generations.keys.models import UpstreamKey
from generations.lifecycle import line, progress, series
from generations.lifecycle.admit import Order
from generations.lifecycle.cancel import TooLate
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Batch, Generation, Series
from generations.lifecycle.recovery import send_waiting
from generations.lifecycle.series import SeriesOrder, Started
from generations.lifecycle.states import Status, Wait
from generations.providers.catalogue import SpecError
from generations.providers.contract import Spec
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.engine import run_messages, run_until
from tests.lifecycle import making
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db


def ordered(
    team: Team,
    user: User,
    rows: int = 4,
    *,
    count: int = 1,
    form: str = "a form",
    **changes: object,
) -> SeriesOrder:
    membership = Membership.objects.select_related("team", "user").get(user=user, team=team)
    orders = [
        Order(
            membership,
            Mode.TEST,
            Spec(f"Hills behind town {n}", 512, 512, "flux-pro", "standard", "flux-pro"),
            count=count,
            template="Hills behind {town}",
            values={"town": f"town {n}"},
            may_undo=True,
            **changes,  # type: ignore[arg-type]
        )
        for n in range(rows)
    ]
    return SeriesOrder("Hills", orders, form)


def start(team: Team, user: User, rows: int = 4, **changes: object) -> Series:
    return series.start(ordered(team, user, rows, **changes)).series  # type: ignore[arg-type]


def rows_of(one: Series) -> list[Generation]:
    return list(Generation.objects.filter(batch__series=one).order_by("id"))


def let_the_moment_pass() -> None:
    """The time for undoing is over, by the database's clock."""
    Generation.objects.filter(wait=Wait.UNDO).update(due_at=clock.after(-0.1))


def test_all_rows_are_held_in_one_press(team: Team, alice: User) -> None:
    one = start(team, alice, 6, count=2)
    assert [batch.values["town"] for batch in one.batches.order_by("id")] == [
        f"town {n}" for n in range(6)
    ]
    assert Generation.objects.count() == Hold.objects.count() == 12
    assert UserDay.objects.get().reserved == 240
    entry = Entry.objects.order_by("-id")[0]
    assert entry.held_after == Account.objects.get(pk=entry.account_id).held == 240


def test_a_daily_limit_refuses_the_whole_and_holds_nothing(team: Team, alice: User) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=70)
    with pytest.raises(Refusal) as caught:
        start(team, alice, 4)
    assert (caught.value.required, caught.value.available) == (80, 70)
    assert_nothing_was_made()


def test_an_empty_wallet_refuses_the_whole_and_holds_nothing(team: Team, alice: User) -> None:
    ledger.grant(team, Mode.TEST, 79, actor=alice)
    with pytest.raises(Refusal, match="the team wallet has 79"):
        start(team, alice, 4)
    assert_nothing_was_made()


def test_a_row_that_cannot_be_made_refuses_the_whole(team: Team, alice: User) -> None:
    order = ordered(team, alice, 3)
    bad = Spec("", 512, 512, "flux-pro", "standard", "flux-pro")
    rows = [*order.rows, Order(order.rows[0].membership, Mode.TEST, bad)]
    with pytest.raises(SpecError):
        series.start(SeriesOrder("Hills", rows, "a form"))
    assert_nothing_was_made()


def test_more_than_a_thousand_pictures_are_refused(team: Team, alice: User) -> None:
    with pytest.raises(SpecError, match="1 to 1000 pictures"):
        start(team, alice, 51, count=20)
    assert_nothing_was_made()


def assert_nothing_was_made() -> None:
    made = (Series, Batch, Generation, Hold, OrmQ, UserDay)
    assert [model.__name__ for model in made if model.objects.exists()] == []
    assert Account.objects.filter(kind=AccountKind.WALLET, held__gt=0).count() == 0


def test_what_may_wait_waits_whole_for_the_reset(team: Team, alice: User) -> None:
    Membership.objects.filter(user=alice).update(daily_limit=70)
    one = start(team, alice, 4, may_wait=True)
    found = progress.of(one)
    assert (found.waiting, found.unfunded, found.held) == (4, 4, 0)
    assert found.starts_at is not None


def test_a_form_that_is_sent_twice_is_one_series(team: Team, alice: User) -> None:
    first = series.start(ordered(team, alice))
    second = series.start(ordered(team, alice))
    assert second == Started(first.series, replayed=True)
    assert Generation.objects.count() == 4


def test_a_form_that_was_changed_is_another_series(team: Team, alice: User) -> None:
    start(team, alice)
    start(team, alice, 3)
    start(team, alice, form="another form")
    assert Series.objects.count() == 3


def test_inside_five_seconds_all_of_it_is_taken_back(team: Team, alice: User) -> None:
    one = start(team, alice, 11)
    until = progress.of(one).undo_until
    assert until and timedelta() < until - clock.now() <= timedelta(seconds=5)
    assert series.undo(one, alice) == 11
    assert series.undo(one, alice) == 0  # twice is once
    assert {row.status for row in rows_of(one)} == {Status.CANCELLED}
    assert UserDay.objects.get().reserved == 0
    assert Entry.objects.filter(kind="release").count() == 11
    assert progress.of(one).undo_until is None


def test_nothing_is_sent_while_it_can_be_taken_back(team: Team, alice: User) -> None:
    start(team, alice, 11)
    key = UpstreamKey.objects.get(team=team)
    assert claim(key.pk) == []
    message = OrmQ.objects.get()
    wait = message.lock - clock.now()
    assert timedelta(seconds=4) < wait < timedelta(seconds=6)
    let_the_moment_pass()
    assert len(claim(key.pk)) == key.concurrent


def test_after_five_seconds_it_is_too_late(team: Team, alice: User) -> None:
    one = start(team, alice, 11)
    let_the_moment_pass()
    with pytest.raises(TooLate):
        series.undo(one, alice)
    assert progress.of(one).undo_until is None
    assert UserDay.objects.get().reserved == 220


def test_ten_pictures_start_at_once(team: Team, alice: User) -> None:
    one = start(team, alice, 10)
    assert progress.of(one).undo_until is None
    with pytest.raises(TooLate):
        series.undo(one, alice)
    assert claim(UpstreamKey.objects.get(team=team).pk)


def test_a_paused_series_stands_in_no_line(team: Team, alice: User, bob: User) -> None:
    one = start(team, alice, 4)
    [other] = making.ask(team, bob)
    series.pause(one, alice)
    key = UpstreamKey.objects.get(team=team)
    assert list(line.waiting(key.team_id, key.mode)) == [other]
    assert [attempt.generation for attempt in claim(key.pk)] == [other]
    assert send_waiting() == 0
    one.refresh_from_db()
    assert progress.of(one).is_paused
    assert progress.of(one).ends_at is None
    series.resume(one, alice)
    assert line.waiting(key.team_id, key.mode).count() == 4
    assert OrmQ.objects.exists()


def test_cancelling_the_rest_returns_exactly_what_waits(team: Team, alice: User) -> None:
    one = start(team, alice, 6)
    finished, drawing, *_rest = rows_of(one)
    making.finish(finished)
    making.send(drawing)
    before = progress.of(one)
    assert (before.held, before.held_by_waiting, before.charged) == (100, 80, 10)
    assert series.cancel_rest(one, alice) == 4
    after = progress.of(one)
    assert (after.finished, after.drawing, after.cancelled, after.waiting) == (1, 1, 4, 0)
    assert (after.held, after.charged) == (20, 10)
    assert UserDay.objects.get().reserved == 20
    assert series.cancel_rest(one, alice) == 0


def test_all_that_failed_is_asked_for_once_more_in_the_same_series(team: Team, alice: User) -> None:
    one = start(team, alice, 3)
    first, second, third = rows_of(one)
    making.fail(first)
    making.fail(second)
    making.finish(third)
    found = progress.of(one)
    assert (found.failed, found.again, found.price_again.most) == (2, 2, 40)
    membership = Membership.objects.get(user=alice)
    assert series.retry_failed(one, membership) == 2
    assert series.retry_failed(one, membership) == 0
    found = progress.of(one)
    assert (found.total, found.waiting, found.finished, found.failed) == (3, 2, 1, 0)
    again = Generation.objects.exclude(retry_of=None).order_by("id")
    assert [row.retry_of for row in again] == [first, second]
    assert [row.batch.values for row in again] == [{"town": "town 0"}, {"town": "town 1"}]


def test_a_retry_that_a_limit_does_not_cover_asks_for_nothing(team: Team, alice: User) -> None:
    one = start(team, alice, 3)
    for row in rows_of(one):
        making.fail(row)
    Membership.objects.filter(user=alice).update(daily_limit=50)
    membership = Membership.objects.select_related("team").get(user=alice)
    with pytest.raises(Refusal, match="up to 60 credits"):
        series.retry_failed(one, membership)
    assert Generation.objects.count() == 3
    assert limits.now(membership, Mode.TEST).reserved == 0


def test_the_end_is_told_from_the_whole_line(team: Team, alice: User) -> None:
    UpstreamKey.objects.update(concurrent=1)
    one = start(team, alice, 4)
    ends_at = progress.of(one).ends_at
    assert ends_at is not None
    # Four of the usual twenty seconds, one after the other.
    assert abs(ends_at - clock.now() - timedelta(seconds=80)) < timedelta(seconds=3)


@pytest.mark.django_db(transaction=True)
def test_a_series_is_drawn_to_its_end(
    key: UpstreamKey, team: Team, alice: User, sandbox: Sandbox
) -> None:
    one = start(team, alice, 11)
    run_messages()
    assert sandbox.log("creation") == []
    let_the_moment_pass()
    run_until(lambda: progress.of(one).is_over)
    assert progress.of(one).finished == 11
    assert progress.of(one).charged == 110


@pytest.mark.django_db(transaction=True)
def test_two_posts_of_one_form_at_the_same_moment_are_one_series(team: Team, alice: User) -> None:
    order = ordered(team, alice, 50)
    gate = threading.Barrier(4)
    found: list[Started] = []

    def press() -> None:
        gate.wait()
        found.append(series.start(order))
        connections.close_all()

    threads = [threading.Thread(target=press) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.replayed for each in found) == [False, True, True, True]
    assert {each.series for each in found} == {Series.objects.get()}
    assert Generation.objects.count() == Hold.objects.count() == 50
