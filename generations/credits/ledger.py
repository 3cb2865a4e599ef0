"""The only door to an Entry. Every function runs inside the caller's transaction.

Lock order: the member's day, then the account. A guarded write changes exactly one row or the
whole transaction is refused; nothing is checked first and written after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from generations.core import clock
from generations.credits import limits
from generations.credits.accounts import wallet
from generations.credits.models import Account, AccountKind, Entry, EntryKind, Hold, UserDay
from generations.teams import days
from generations.teams.models import Membership, Project, Team, User


@dataclass(frozen=True)
class Ask:
    """So many credits for one reference (a generation)."""

    reference: UUID
    amount: int


def hold(
    membership: Membership,
    mode: str,
    asks: Sequence[Ask],
    *,
    project: Project | None = None,
    api_key: UUID | None = None,
) -> list[Hold]:
    """Promise credits to jobs, all of them or none. Raises Refusal, having written nothing."""
    total = sum(ask.amount for ask in asks)
    standing = _reserve(membership, mode, total)
    account = standing.account
    account.refresh_from_db(fields=["posted", "held"])
    holds = Hold.objects.bulk_create(
        Hold(
            account=account,
            user=membership.user,
            project=project,
            reference=ask.reference,
            api_key=api_key,
            day=standing.day,
            amount=ask.amount,
        )
        for ask in asks
    )
    running = account.held - total
    entries = []
    for one in holds:
        running += one.amount
        entries.append(_entry(account, EntryKind.HOLD, one, held=one.amount, held_after=running))
    Entry.objects.bulk_create(entries)
    return holds


class Conflict(Exception):
    """Neither promised nor refused in three tries, under locks: a bug, and nothing was written."""


class AlreadyResolved(Exception):
    """The hold was settled or released before; nothing was changed."""


def settle(held: Hold, cost: int) -> int:
    """Charge the cost, at most what was held; the rest returns. Returns what was charged.

    What the upstream took beyond the hold goes to the loss account. Raises AlreadyResolved.
    """
    charged = min(cost, held.amount)
    _resolve(held, EntryKind.SETTLE, charged)
    if cost > charged:
        account = held.account
        lose(account.team, account.mode, cost - charged, held.reference, _("Above the hold"))
    return charged


def release(held: Hold, reason: str = "") -> None:
    """Return everything. Raises AlreadyResolved."""
    _resolve(held, EntryKind.RELEASE, 0, reason)


def grant(
    team: Team, mode: str, amount: int, *, actor: User | None = None, reason: str = ""
) -> Entry:
    """Add credits to the wallet. The first grant opens it: from then on it binds.

    What was spent before is evened out first, so that a grant of 100 leaves 100 to promise.
    Raises ValueError for an amount that is not positive, or less than running jobs already hold.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=wallet(team, mode).pk)
    if amount <= 0:
        raise ValueError(_("A grant is a positive number of credits."))
    if not account.is_enforced and amount < account.held:
        raise ValueError(
            _("Running jobs already hold {held} credits: grant at least as many.").format(
                held=account.held
            )
        )
    if not account.is_enforced and account.posted:
        _post(account, EntryKind.ADJUST, -account.posted, actor, _("Wallet opened"))
    entry = _post(account, EntryKind.GRANT, amount, actor, reason)
    Account.objects.filter(pk=account.pk).update(is_enforced=True)
    return entry


def adjust(team: Team, mode: str, amount: int, *, actor: User | None, reason: str) -> Entry:
    """Correct the wallet by a signed number of credits, with a reason.

    Raises IntegrityError where less would be left than is held.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=wallet(team, mode).pk)
    return _post(account, EntryKind.ADJUST, amount, actor, reason)


def lose(team: Team, mode: str, amount: int, reference: UUID, reason: str) -> Entry:
    """Book what the upstream was paid and nobody was charged."""
    account = Account.objects.select_for_update(no_key=True).get(
        team=team, mode=mode, kind=AccountKind.LOSS
    )
    return _post(account, EntryKind.LOSS, amount, None, reason, reference)


def freeze(account: Account) -> None:
    """Refuse new holds until an operator has looked; what is held can still be resolved."""
    Account.objects.filter(pk=account.pk, frozen_at=None).update(frozen_at=clock.database_now())


def _reserve(membership: Membership, mode: str, total: int) -> limits.Standing:
    """Promise the total, or name what binds. Raises Refusal."""
    for _try in range(3):
        standing = limits.now(membership, mode)
        if _write_both(standing, total):
            return standing
        if refusal := limits.now(membership, mode).refusal(total):
            raise refusal
        # Credits came back after the write had found none. Nobody moves them under these locks.
        UserDay.objects.select_for_update(no_key=True).filter(
            team=membership.team, user=membership.user, day=standing.day, mode=mode
        ).first()
        Account.objects.select_for_update(no_key=True).get(pk=standing.account.pk)
    raise Conflict


def _write_both(standing: limits.Standing, total: int) -> bool:
    """Both or neither: a day half reserved would make the refusal name the wrong limit."""
    with transaction.atomic():
        if _reserve_day(standing, total) and _reserve_wallet(standing.account, total):
            return True
        transaction.set_rollback(True)
    return False


def _reserve_day(standing: limits.Standing, total: int) -> bool:
    membership, mode = standing.membership, standing.account.mode
    row = UserDay(team=membership.team, user=membership.user, day=standing.day, mode=mode)
    UserDay.objects.bulk_create([row], ignore_conflicts=True)
    rows = UserDay.objects.filter(
        team=membership.team, user=membership.user, day=standing.day, mode=mode
    )
    if standing.daily_limit is not None:
        rows = rows.filter(reserved__lte=standing.daily_limit - total - F("spent"))
    return rows.update(reserved=F("reserved") + total) == 1


def _reserve_wallet(account: Account, total: int) -> bool:
    covered = Q(is_enforced=False) | Q(posted__gte=F("held") + total)
    rows = Account.objects.filter(covered, pk=account.pk, frozen_at=None)
    return rows.update(held=F("held") + total) == 1


def _resolve(held: Hold, kind: EntryKind, charged: int, reason: str = "") -> None:
    once = Hold.objects.filter(pk=held.pk, resolved_at=None)
    if once.update(resolved_at=clock.database_now(), charged=charged) != 1:
        raise AlreadyResolved
    account = held.account
    UserDay.objects.filter(
        team_id=account.team_id, user_id=held.user_id, day=held.day, mode=account.mode
    ).update(reserved=F("reserved") - held.amount, spent=F("spent") + charged)
    Account.objects.filter(pk=account.pk).update(
        posted=F("posted") - charged, held=F("held") - held.amount
    )
    account.refresh_from_db(fields=["posted", "held"])
    entry = _entry(account, kind, held, posted=-charged, held=-held.amount, reason=reason)
    entry.save(force_insert=True)


def _entry(
    account: Account,
    kind: EntryKind,
    one: Hold,
    *,
    held: int,
    posted: int = 0,
    held_after: int | None = None,
    reason: str = "",
) -> Entry:
    return Entry(
        account=account,
        kind=kind,
        posted=posted,
        held=held,
        posted_after=account.posted,
        held_after=account.held if held_after is None else held_after,
        day=one.day,
        user_id=one.user_id,
        project_id=one.project_id,
        hold=one,
        reference=one.reference,
        reason=reason,
    )


def _post(
    account: Account,
    kind: EntryKind,
    amount: int,
    actor: User | None,
    reason: str,
    reference: UUID | None = None,
) -> Entry:
    Account.objects.filter(pk=account.pk).update(posted=F("posted") + amount)
    account.refresh_from_db(fields=["posted", "held"])
    return Entry.objects.create(
        account=account,
        kind=kind,
        posted=amount,
        held=0,
        posted_after=account.posted,
        held_after=account.held,
        day=days.today(account.team),
        user=actor,
        reference=reference,
        reason=reason,
    )
