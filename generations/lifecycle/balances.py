"""The balance of a shared key from day to day, against what its jobs explain.

Not every upstream tells one. A reading cannot be taken between two jobs of a busy key: what was
under way at either reading is allowed for, so that what is named is certain.
"""

from datetime import timedelta

from django.db.models import Q, QuerySet, Sum

from generations.core import clock
from generations.credits.models import Entry, EntryKind
from generations.lifecycle.models import (
    Attempt,
    Balance,
    Difference,
    DifferenceKind,
    Reconciliation,
)
from generations.lifecycle.states import AT_UPSTREAM
from generations.providers import registry
from generations.providers.contract import Connection, Provider
from generations.teams import days


def read(row: Reconciliation, provider: Provider, connection: Connection) -> None:
    """Ask once for the day that ended last, and keep the figure. Raises ProviderError."""
    key = row.upstream_key
    is_last = row.day == days.today(key.team) - timedelta(days=1)
    # Where none is told, asking would only test the key, with an order that is refused.
    if not provider.tells_balance or not is_last:
        return
    if Balance.objects.filter(upstream_key=key, day=row.day).exists():
        return
    started = clock.now()
    flying = Q(generation__status__in=AT_UPSTREAM)
    before = set(_of(row).filter(flying).values_list("generation", flat=True))
    credits = provider.balance(connection)
    if credits is None:
        return
    after = Q(sent_at__gte=started) | flying | Q(generation__in=before)
    under_way = _of(row).filter(after).order_by().values("generation", "generation__most")
    most = {each["generation"]: each["generation__most"] for each in under_way}
    Balance.objects.bulk_create(
        [
            Balance(
                team_id=row.team_id,
                upstream_key=key,
                day=row.day,
                credits=credits,
                under_way=sum(most.values()),
                at=started,
            )
        ],
        ignore_conflicts=True,
    )


def is_missing(row: Reconciliation) -> bool:
    """Whether the upstream tells a balance, and that of the day was never read."""
    try:
        tells = registry.get(row.upstream_key.provider).tells_balance
    except registry.UnknownProvider:
        return False
    return tells and not Balance.objects.filter(upstream_key=row.upstream_key, day=row.day).exists()


def is_settled(row: Reconciliation) -> bool:
    """Whether all jobs that the day's reading may have are over here."""
    pair = _pair(row)
    if pair is None:
        return True
    between = _between(row, *pair)
    return not between.filter(generation__status__in=AT_UPSTREAM).exists()


def compare(row: Reconciliation) -> Difference | None:
    """Name what the balance lost beyond the jobs since the reading before, if it is certain."""
    pair = _pair(row)
    if pair is None:
        return None
    before, after = pair
    moved = before.credits - after.credits
    unexplained = moved - explained(_between(row, before, after))
    if unexplained <= before.under_way + after.under_way:
        return None
    return Difference.objects.create(
        team_id=row.team_id,
        reconciliation=row,
        kind=DifferenceKind.BALANCE,
        billed=unexplained,
        unexplained=unexplained,
    )


def explained(rows: QuerySet[Attempt]) -> int:
    """What these attempts cost: as the upstream stated it, else as it was booked."""
    total = 0
    unstated = set()
    for attempt in rows.select_related("generation"):
        if attempt.stated is not None:
            total += attempt.stated
        elif attempt.n == attempt.generation.attempt:
            total += attempt.generation.charged or 0
            unstated.add(attempt.generation_id)
    losses = Entry.objects.filter(reference__in=unstated, kind=EntryKind.LOSS)
    return total + (losses.aggregate(sum=Sum("posted"))["sum"] or 0)


def _pair(row: Reconciliation) -> tuple[Balance, Balance] | None:
    """The day's reading and the one before."""
    readings = Balance.objects.filter(upstream_key=row.upstream_key_id, day__lte=row.day)
    found = list(readings.order_by("-day")[:2])
    if len(found) < 2 or found[0].day != row.day:
        return None
    return found[1], found[0]


def _between(row: Reconciliation, before: Balance, after: Balance) -> QuerySet[Attempt]:
    return _of(row).filter(sent_at__gt=before.at, sent_at__lte=after.at)


def _of(row: Reconciliation) -> QuerySet[Attempt]:
    return Attempt.objects.filter(upstream_key=row.upstream_key_id)
