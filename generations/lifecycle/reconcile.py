"""Reconciling one day of one shared key with its upstream: asked anew, compared, named.

Nothing is corrected here. A finished picture that nobody told us of goes the way of every late
one: it is fetched, charged 0 and booked as a loss, and then it is a named difference.
"""

import time

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from generations.core import clock, crypto, ids
from generations.core.queue import lease
from generations.keys import upstream
from generations.lifecycle import balances, bill
from generations.lifecycle.apply import apply
from generations.lifecycle.models import Attempt, Generation, Reconciliation
from generations.lifecycle.signals import reconciled
from generations.lifecycle.states import FINAL, AttemptState, Status
from generations.providers import registry
from generations.providers.contract import (
    Connection,
    Provider,
    ProviderError,
    Result,
    ResultState,
    Trouble,
)

LEASE = 120.0
WORK = 20.0  # seconds; one question more may take 20
SHARE = 4  # of the key's requests per minute, a run takes one in so many
SOON, LATER, AFTER_TROUBLE = 60.0, 600.0, 900.0
PATIENCE = 3 * 86400.0  # after the day's end, until what has no answer is left without one
GONE = {404, 410}


def reconcile(reconciliation_id: int | str) -> None:
    """Work on one day for at most 40 s; what is left is due again. Safe to run twice."""
    rows = Reconciliation.objects.select_related("upstream_key__team")
    row = rows.filter(pk=reconciliation_id, done_at=None).first()
    if row is None:
        return
    name, holder = f"reconcile:{row.upstream_key_id}", ids.token()
    if not lease.take(name, holder, LEASE):
        return
    try:
        _work(row)
    finally:
        lease.give_back(name, holder)


def attempts(row: Reconciliation) -> QuerySet[Attempt]:
    """Those of that day which the upstream took."""
    return _claimed(row).exclude(upstream_id="")


def _claimed(row: Reconciliation) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        upstream_key=row.upstream_key_id, claimed_at__gte=row.since, claimed_at__lt=row.until
    )


def _work(row: Reconciliation) -> None:
    key = row.upstream_key
    trouble, pause, is_read = "", SOON, True
    try:
        provider, connection = registry.get(key.provider), upstream.connection(key)
        try:
            balances.read(row, provider, connection)
        except ProviderError as error:  # the jobs are asked about nevertheless
            trouble, pause, is_read = error.message, AFTER_TROUBLE, False
        if key.poll_path:
            _ask_all(row, provider, connection)
    except ProviderError as error:
        trouble, pause = error.message, AFTER_TROUBLE
    except (crypto.CannotOpen, registry.UnknownProvider):
        trouble, pause = _("The key cannot be opened."), AFTER_TROUBLE
    _close(row, trouble, pause, is_read)


def _ask_all(row: Reconciliation, provider: Provider, connection: Connection) -> None:
    """Those not asked lately, the first first. Raises ProviderError where the key gets none."""
    until = time.monotonic() + WORK
    for attempt in _next(row)[: max(1, row.upstream_key.requests_per_minute // SHARE)]:
        if time.monotonic() > until:
            return
        Attempt.objects.filter(pk=attempt.pk).update(asked_at=clock.database_now())
        try:
            result: Result | None = provider.fetch(connection, attempt.upstream_id)
        except ProviderError as error:
            if error.http_status not in GONE and error.code != "NOT_FOUND":
                if error.trouble in {Trouble.UNKNOWN, Trouble.REFUSED}:
                    continue  # this one has no readable answer; the others may
                raise
            result = None
        _compare(row, attempt, result)


def _next(row: Reconciliation) -> QuerySet[Attempt]:
    """Of jobs that are over here, too: what is still under way is nobody's difference."""
    asked_before = Q(asked_at=None) | Q(asked_at__lt=clock.after(-LATER))
    return (
        attempts(row)
        .filter(asked_before, reconciled_at=None, generation__status__in=FINAL)
        .exclude(generation__status=Status.FAILED, generation__deadline__isnull=False)
        .order_by(F("asked_at").asc(nulls_first=True), "pk")
    )


def _compare(row: Reconciliation, attempt: Attempt, result: Result | None) -> None:
    with transaction.atomic():
        generation = Generation.objects.select_for_update(no_key=True).get(pk=attempt.generation_id)
        if result and result.state is ResultState.PROCESSING:
            return  # over here and not there: perhaps later
        if result and _comes_late(generation, attempt, result):
            apply(attempt, result)
            return
        fresh = Attempt.objects.filter(pk=attempt.pk, reconciled_at=None)
        stated = bill.stated(result)
        if fresh.update(reconciled_at=clock.database_now(), stated=stated):
            bill.note(row, generation, attempt, result, stated)


def _comes_late(generation: Generation, attempt: Attempt, result: Result) -> bool:
    return (
        result.state is ResultState.COMPLETED
        and bool(result.url)
        and generation.status == Status.FAILED
        and not generation.result_url
        and attempt.n == generation.attempt
    )


def _close(row: Reconciliation, trouble: str, pause: float, is_read: bool) -> None:
    """Done when all are answered and the balance is read, or when no more can be hoped for."""
    taken = attempts(row)
    open_ones = taken.filter(reconciled_at=None)
    is_over = not open_ones.exists() or not row.upstream_key.poll_path
    with transaction.atomic():
        rows = Reconciliation.objects.select_for_update(no_key=True).filter(pk=row.pk, done_at=None)
        old = Reconciliation.objects.filter(pk=row.pk, until__lt=clock.after(-PATIENCE))
        if not ((is_over and is_read and balances.is_settled(row)) or old.exists()):
            pause = pause if trouble or _next(row).exists() else LATER
            rows.update(trouble=trouble[:300], due_at=clock.after(pause))
            return
        if not trouble and balances.is_missing(row):
            # Another day has ended since: what is told now is no figure of this one.
            trouble = _("The balance after this day was never read.")
        unidentified = _claimed(row).filter(
            upstream_id="", state__in=[AttemptState.SENDING, AttemptState.UNKNOWN]
        )
        closed = rows.update(
            done_at=clock.database_now(),
            due_at=None,
            asked=taken.exclude(reconciled_at=None).count(),
            unasked=open_ones.count(),
            unanswered=unidentified.count(),
            trouble=trouble[:300],
        )
        if closed:
            balances.compare(row)
            reconciled.send(Reconciliation, reconciliation=row)
