"""Proof that the books add up: every stored figure against the rows it sums."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from generations.credits import key_days
from generations.credits.models import Account, Entry, EntryKind, Hold, UserDay


def audit() -> Iterator[str]:
    """One sentence per difference; nothing when all is exact. Reads every entry: for operators."""
    yield from balances()
    yield from running_balances()
    yield from resolutions()
    yield from user_days()
    yield from key_days.audit()


def balances() -> Iterator[str]:
    summed = Account.objects.annotate(
        sum_posted=Coalesce(Sum("entries__posted"), 0), sum_held=Coalesce(Sum("entries__held"), 0)
    )
    for row in summed.exclude(sum_posted=F("posted"), sum_held=F("held")):
        yield (
            f"account {row.pk}: posted {row.posted}, held {row.held}; its entries sum to "
            f"{row.sum_posted}, {row.sum_held}"
        )
    promised = dict(
        Hold.objects.filter(resolved_at=None).values_list("account").annotate(Sum("amount"))
    )
    for account in Account.objects.all():
        if account.held != promised.get(account.pk, 0):
            yield (
                f"account {account.pk}: held {account.held}; its open holds sum to "
                f"{promised.get(account.pk, 0)}"
            )


def running_balances() -> Iterator[str]:
    """Each entry must leave behind what the one before it left, plus itself."""
    figures: dict[int, tuple[int, int]] = {}
    for entry in Entry.objects.order_by("account_id", "id").iterator(chunk_size=2000):
        posted, held = figures.get(entry.account_id, (0, 0))
        figures[entry.account_id] = (entry.posted_after, entry.held_after)
        if (posted + entry.posted, held + entry.held) != figures[entry.account_id]:
            yield f"entry {entry.pk}: its running balance does not follow from the one before"


def resolutions() -> Iterator[str]:
    ending = Q(entries__kind__in=[EntryKind.SETTLE, EntryKind.RELEASE])
    holds = Hold.objects.annotate(
        starts=Count("entries", filter=Q(entries__kind=EntryKind.HOLD)),
        ends=Count("entries", filter=ending),
        taken=Coalesce(Sum("entries__posted"), 0),
        left=Coalesce(Sum("entries__held"), 0),
    )
    whole = Q(resolved_at=None, ends=0, left=F("amount")) | Q(
        resolved_at__isnull=False, ends=1, left=0, taken=-F("charged")
    )
    for hold in holds.exclude(whole & Q(starts=1)):
        yield f"hold {hold.pk}: {hold.starts} beginnings, {hold.ends} ends, {hold.left} left"


def user_days() -> Iterator[str]:
    group = ("account__team", "user", "day", "account__mode")
    sums = {
        tuple(row[:4]): tuple(row[4:])
        for row in Hold.objects.values_list(*group).annotate(
            reserved=Coalesce(Sum("amount", filter=Q(resolved_at=None)), 0),
            spent=Coalesce(Sum("charged"), 0),
        )
    }
    for day in UserDay.objects.iterator(chunk_size=2000):
        expected = sums.pop((day.team_id, day.user_id, day.day, day.mode), (0, 0))
        if (day.reserved, day.spent) != expected:
            yield (
                f"user day {day.pk}: reserved {day.reserved}, spent {day.spent}; its holds sum to "
                f"{expected[0]}, {expected[1]}"
            )
    for key in sums:
        yield f"holds without a user day: {key}"
