"""The upstream's bill against ours, over real HTTP: every difference is a row, none is hidden."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from generations.core.queue import lease
from generations.credits.models import Entry
from generations.keys.models import UpstreamKey
from generations.lifecycle import nightly, reconcile
from generations.lifecycle.models import (
    Attempt,
    Difference,
    Reconciliation,
)
from generations.lifecycle.states import Status
from generations.teams.models import Team, User
from tests.engine import run_to_end, run_until
from tests.lifecycle.conftest import Ask
from tests.lifecycle.nights import (
    a_day_later,
    again,
    buy,
    facts,
    given_up_early,
    reconciled,
    status_of,
    upstream_id,
    yesterday,
)
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_day_on_which_all_agrees_has_no_difference(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    made = ask(alice, "a hill", count=2)
    run_to_end(*made)
    row = a_day_later(key)
    assert row.done_at
    assert (row.day, row.asked, row.unasked, row.unanswered) == (yesterday(key), 2, 0, 0)
    assert facts() == []
    assert set(Attempt.objects.values_list("stated", flat=True)) == {10}


def test_the_day_is_not_touched_before_it_is_over(ask: Ask, alice: User, key: UpstreamKey) -> None:
    run_to_end(*ask(alice, "a hill"))
    assert nightly.open_days() == 0
    assert not Reconciliation.objects.exists()


@pytest.mark.parametrize(
    ("news", "kind", "billed"),
    [
        ({"cost": 25}, "more", 25),
        ({"cost": 4}, "less", 4),
        ({"status": "failed", "cost": 0}, "failed", 0),
        (None, "unknown", 0),
    ],
)
def test_an_upstream_that_bills_otherwise_than_it_said_is_named(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox, news: Any, kind: str, billed: int
) -> None:
    [generation] = ask(alice, "a hill")
    run_to_end(generation)
    sandbox.control(revise={upstream_id(generation): news})
    a_day_later(key)
    assert facts() == [(kind, billed, 10, 0, billed - 10)]
    generation.refresh_from_db()
    assert generation.charged == 10  # found, told, and not corrected


def test_a_cost_above_the_hold_is_a_difference_that_the_loss_explains(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    [generation] = ask(alice, "a hill [[cost 33]]")
    run_to_end(generation)
    a_day_later(key)
    assert facts() == [("more", 33, 20, 13, 0)]


def test_a_picture_that_came_late_is_a_difference_that_the_loss_explains(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill")
    given_up_early(generation, sandbox)
    run_until(lambda: status_of(generation) == Status.COMPLETED)
    a_day_later(key)
    assert facts() == [("late", 10, 0, 10, 0)]


def test_a_finished_picture_nobody_told_us_of_is_fetched_uncharged_and_named(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    sandbox.control(rates={"no-webhook": 1})
    [generation] = ask(alice, "a hill")
    given_up_early(generation, sandbox)
    row = a_day_later(key)
    assert not row.done_at
    run_until(lambda: status_of(generation) == Status.COMPLETED)
    assert again(key).done_at
    generation.refresh_from_db()
    assert (generation.charged, generation.is_late) == (0, True)
    assert facts() == [("late", 10, 0, 10, 0)]


def test_an_attempt_that_said_error_and_billed_all_the_same_is_named(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    """Two attempts of one picture, both of them taken: only the last was charged."""
    [generation] = ask(alice, "a hill")
    run_to_end(generation)
    bought = buy(sandbox, key)
    Attempt.objects.create(
        generation=generation, n=0, upstream_key=key, upstream_id=bought, state="accepted"
    )
    a_day_later(key)
    assert facts() == [("unanswered", 10, 0, 0, 10)]


def test_what_the_upstream_cannot_be_asked_is_counted_and_not_guessed(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    run_to_end(*ask(alice, "a hill"))
    UpstreamKey.objects.filter(pk=key.pk).update(poll_path="")
    row = a_day_later(key)
    assert row.done_at
    assert (row.asked, row.unasked) == (0, 1)
    assert facts() == []


def test_a_run_is_bounded_and_the_next_goes_on_where_it_ended(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    run_to_end(*ask(alice, "a hill", count=3))
    UpstreamKey.objects.update(requests_per_minute=8)
    row = a_day_later(key)
    assert not row.done_at
    assert Attempt.objects.exclude(reconciled_at=None).count() == 2
    Reconciliation.objects.update(due_at=F("since"))
    row = reconciled(key)
    assert (bool(row.done_at), row.asked) == (True, 3)


def test_a_key_that_is_rejected_is_asked_again_later_and_given_up_after_three_days(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    run_to_end(*ask(alice, "a hill"))
    sandbox.control(rates={"401": 1})
    secret = key.secrets.get()
    secret.api_key = "sandbox_nobody_00000000000000000000000000000000"
    secret.save()
    row = a_day_later(key)
    assert not row.done_at
    assert row.trouble
    before = timedelta(days=3)
    Reconciliation.objects.update(since=F("since") - before, until=F("until") - before)
    Attempt.objects.update(claimed_at=F("claimed_at") - before)
    row = again(key)
    assert (bool(row.done_at), row.asked, row.unasked) == (True, 0, 1)


def test_done_twice_is_once(ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox) -> None:
    [generation] = ask(alice, "a hill")
    run_to_end(generation)
    sandbox.control(revise={upstream_id(generation): {"cost": 25}})
    row = a_day_later(key)
    reconcile.reconcile(row.pk)
    Reconciliation.objects.update(done_at=None, due_at=F("since"))
    Attempt.objects.update(reconciled_at=F("claimed_at"))
    reconcile.reconcile(row.pk)
    assert len(facts()) == 1
    assert nightly.open_days() == 0


def test_one_worker_at_a_time_asks_for_a_key(ask: Ask, alice: User, key: UpstreamKey) -> None:
    run_to_end(*ask(alice, "a hill"))
    assert lease.take(f"reconcile:{key.pk}", "another", 60)
    row = a_day_later(key)
    assert not row.done_at
    assert not Attempt.objects.exclude(reconciled_at=None).exists()


def test_a_difference_adds_up_and_stays_as_it_was_found(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill")
    run_to_end(generation)
    sandbox.control(revise={upstream_id(generation): {"cost": 25}})
    row = a_day_later(key)
    found = Difference.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Difference.objects.update(billed=10, unexplained=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        found.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Difference.objects.create(
            team=key.team, reconciliation=row, kind="balance", billed=5, unexplained=4
        )


def test_practice_and_real_keys_are_reconciled_apart(
    ask: Ask, alice: User, key: UpstreamKey, team: Team
) -> None:
    run_to_end(*ask(alice, "a hill"))
    other = UpstreamKey.objects.get(pk=key.pk)
    other.pk = None
    other.mode = "live"
    other._state.adding = True
    other.save()
    a_day_later(key)
    asked = dict(Reconciliation.objects.values_list("upstream_key__mode", "asked"))
    assert asked == {"test": 1, "live": 0}


def test_nothing_of_it_ever_touches_the_ledger(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill")
    run_to_end(generation)
    sandbox.control(revise={upstream_id(generation): {"cost": 25}})
    entries = list(Entry.objects.values_list("pk", flat=True))
    a_day_later(key)
    assert list(Entry.objects.values_list("pk", flat=True)) == entries
