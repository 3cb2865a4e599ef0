"""A batch of many rows: admitted whole or not at all, paused, cancelled and tried again as one.

Every door locks the series' own row first, so that two presses come one after the other.
Lock order: series, generation, shared key, day, wallet.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generations.core import clock
from generations.core.queue.wake import wake
from generations.keys import upstream
from generations.lifecycle import admit, cancel, moves
from generations.lifecycle.admit import Order
from generations.lifecycle.models import Generation, Series
from generations.lifecycle.progress import again
from generations.lifecycle.retry import order_again
from generations.lifecycle.states import Status
from generations.providers.catalogue import SpecError
from generations.teams import audit
from generations.teams.models import Membership, User

MOST_ROWS = 1000
MOST_PICTURES = 1000


@dataclass(frozen=True)
class SeriesOrder:
    """What one press asks for. Of the rows only the values and the words made of them differ."""

    name: str
    rows: Sequence[Order]
    form: str  # what tells one form from another, so that one that is sent twice is one series

    @property
    def pictures(self) -> int:
        return sum(row.count for row in self.rows)


@dataclass(frozen=True)
class Started:
    series: Series
    replayed: bool = False


def start(order: SeriesOrder) -> Started:
    """Hold the most all its pictures may cost and queue them, in one transaction.

    Raises Refusal (nothing held), catalogue.SpecError and upstream.NoUsableKey.
    """
    for row in order.rows:
        admit.check(row)
    if not 1 <= order.pictures <= MOST_PICTURES:
        sentence = _("A batch has 1 to {most} pictures.")
        raise SpecError("count", sentence.format(most=MOST_PICTURES))
    first = order.rows[0]
    team, author = first.membership.team, first.membership.user
    fingerprint = _fingerprint(order)
    try:
        with transaction.atomic():
            key = upstream.pick(team, first.mode, first.spec.service)
            series = Series.objects.create(
                team=team,
                author=author,
                mode=first.mode,
                name=order.name[:120],
                prompt_version=first.prompt_version,
                style=first.style,
                project=first.project,
                template=first.template,
                rows=len(order.rows),
                count=first.count,
                fingerprint=fingerprint,
            )
            admit.create([replace(row, series=series) for row in order.rows], key)
            return Started(series)
    except IntegrityError:
        rows = Series.objects.for_team(team).filter(author=author, fingerprint=fingerprint)
        if (known := rows.first()) is None:
            raise
        return Started(known, replayed=True)


def pause(series: Series, actor: User) -> None:
    """Nothing new of it is sent; what is sent goes on. Pausing twice is once."""
    with transaction.atomic():
        running = Series.objects.filter(pk=series.pk, paused_at=None)
        if running.update(paused_at=clock.database_now()):
            audit.record(series.team, actor, "series.paused", series.name)


def resume(series: Series, actor: User) -> None:
    with transaction.atomic():
        paused = Series.objects.filter(pk=series.pk, paused_at__isnull=False)
        if paused.update(paused_at=None):
            audit.record(series.team, actor, "series.resumed", series.name)
            waiting = _generations(series).filter(status=Status.QUEUED)
            if first := waiting.first():
                wake(moves.DISPATCH, first.upstream_key_id)


def cancel_rest(series: Series, actor: User) -> int:
    """End what still waits and return its credits. How many pictures."""
    with transaction.atomic():
        _lock(series)
        return cancel.cancel_all(_generations(series), actor)


def undo(series: Series, actor: User) -> int:
    """Take back the press of a moment ago. Raises cancel.TooLate."""
    with transaction.atomic():
        _lock(series)
        return cancel.undo(_generations(series), actor)


def retry_failed(series: Series, membership: Membership, waits_for: str = "") -> int:
    """Ask once more for all that failed, all or none, in the same series. How many pictures.

    Where they do not all fit now they may wait for this (one of Waits), or as the team has set it.
    Raises what start() raises. Who presses twice finds nothing more to try.
    """
    with transaction.atomic():
        _lock(series)
        # Any of them may be tried again by itself, too: what was not, is read under their locks.
        rows = Generation.objects.filter(pk__in=again(series).values("pk")).order_by("id")
        list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
        failed = list(again(series).select_related("batch__style", "batch__series", "project"))
        if not failed:
            return 0
        orders = [order_again(generation, membership, waits_for) for generation in failed]
        for order in orders:
            admit.check(order)
        key = upstream.pick(series.team, series.mode, orders[0].spec.service)
        admit.create([replace(order, may_undo=True) for order in orders], key)
    return len(failed)


def _generations(series: Series) -> QuerySet[Generation]:
    return Generation.objects.filter(batch__series=series)


def _lock(series: Series) -> None:
    Series.objects.select_for_update(no_key=True).get(pk=series.pk)


def _fingerprint(order: SeriesOrder) -> str:
    """A form that was changed and sent again asks for another series."""
    first = order.rows[0]
    said = [
        order.form,
        order.name,
        first.mode,
        first.template,
        first.count,
        [first.spec.width, first.spec.height, first.spec.version, first.spec.quality],
        [str(each.pk) if each else "" for each in (first.style, first.project)],
        [dict(row.values) for row in order.rows],
    ]
    return sha256(json.dumps(said).encode()).hexdigest()
