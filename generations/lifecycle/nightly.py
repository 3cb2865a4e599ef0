"""The sweep's part of reconciliation: open a day once it is over, and wake what is due."""

from datetime import date, timedelta

from django.db.models import OuterRef, Q, Subquery

from generations.core import clock
from generations.core.queue.wake import nudge
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Attempt, Reconciliation
from generations.teams import days
from generations.teams.models import Team

RECONCILE = "generations.lifecycle.tasks.reconcile"
NUDGE_AGAIN = 120.0
A_ROUND = 50
MOST_DAYS = 31  # of a key that was never reconciled, or of a hub that stood still


def open_days() -> int:
    """Sweep step: a Reconciliation for each key and day that is over and has none yet."""
    last = Reconciliation.objects.filter(upstream_key=OuterRef("pk")).order_by("-day")
    keys = UpstreamKey.objects.select_related("team").annotate(
        last_day=Subquery(last.values("day")[:1])
    )
    return sum(_open(key, key.last_day) for key in keys)


def reconcile_due() -> int:
    """Sweep step: one day of each key at a time, the oldest first."""
    due = Reconciliation.objects.filter(done_at=None, due_at__lte=clock.database_now())
    woken = set()
    for pk, key in due.order_by("day", "pk").values_list("pk", "upstream_key")[:A_ROUND]:
        if key in woken:
            continue
        woken.add(key)
        Reconciliation.objects.filter(pk=pk).update(due_at=clock.after(NUDGE_AGAIN))
        nudge(RECONCILE, pk)
    return len(woken)


def _open(key: UpstreamKey, last_day: date | None) -> int:
    team = key.team
    yesterday = days.today(team) - timedelta(days=1)
    if last_day and last_day >= yesterday:
        return 0
    first = last_day + timedelta(days=1) if last_day else _first_day(key)
    first = max(first, yesterday - timedelta(days=MOST_DAYS - 1))
    count = 0
    while first <= yesterday:
        if not key.removed_at or key.removed_at > days.starts_at(team, first):
            count += _open_day(team, key, first)
        first += timedelta(days=1)
    return count


def _open_day(team: Team, key: UpstreamKey, day: date) -> int:
    before = Reconciliation.objects.filter(upstream_key=key, day=day - timedelta(days=1)).first()
    since = before.until if before else days.starts_at(team, day)
    until = days.starts_at(team, day + timedelta(days=1))
    if until <= since:  # the team moved east: the day was all in the one before
        until = since + timedelta(microseconds=1)
    row = Reconciliation(
        team=team, upstream_key=key, day=day, since=since, until=until, due_at=clock.database_now()
    )
    return len(Reconciliation.objects.bulk_create([row], ignore_conflicts=True))


def _first_day(key: UpstreamKey) -> date:
    """Of what can be asked about: the key's first attempt, or its first day."""
    zone = days.zone(key.team)
    attempts = Attempt.objects.filter(~Q(upstream_id=""), upstream_key=key).order_by("claimed_at")
    first = attempts.values_list("claimed_at", flat=True).first()
    return (first or key.created_at).astimezone(zone).date()
