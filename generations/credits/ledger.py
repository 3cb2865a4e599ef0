"""The only door to an Entry. Every function runs inside the caller's transaction.

What may be promised is decided in promise.py, by guarded writes: nothing is checked first and
written after.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from generations.core import clock
from generations.core.statement import NOTHING, Writes
from generations.credits import payments, promise
from generations.credits.accounts import wallet
from generations.credits.entry import entry_of
from generations.credits.key_days import Key
from generations.credits.models import (
    BY_HAND,
    Account,
    AccountKind,
    Entry,
    EntryKind,
    Hold,
)
from generations.credits.payments import Paid
from generations.credits.promise import Ask as Ask
from generations.credits.promise import Promise
from generations.credits.refusals import Refused, grouped
from generations.credits.signals import credited
from generations.teams import audit, days
from generations.teams.models import Membership, Project, Team, User
from generations.teams.modes import Mode


def hold(
    membership: Membership,
    mode: str,
    asks: Sequence[Ask],
    *,
    project: Project | None = None,
    api_key: Key | None = None,
    beside: Writes = NOTHING,
) -> list[Hold]:
    """Promise credits to jobs, all of them or none. Raises Refusal, having written nothing.

    `beside` is written in the same breath, and only if the holds are: its texts read {holds}.
    """
    today = days.today(membership.team)
    return promise.make(Promise(membership, mode, today, asks, project, api_key), beside)


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


def release_all(holds: Sequence[Hold], reason: str = "") -> None:
    """Return everything of all of them, or of none, in six statements. Raises AlreadyResolved."""
    once = Hold.objects.filter(pk__in=[one.pk for one in holds], resolved_at=None)
    if once.update(resolved_at=clock.database_now(), charged=0) != len(holds):
        raise AlreadyResolved
    by_day: dict[tuple[int, UUID, date], list[Hold]] = defaultdict(list)
    by_account: dict[int, list[Hold]] = defaultdict(list)
    for one in holds:
        by_day[one.account_id, one.user_id, one.day].append(one)
        by_account[one.account_id].append(one)
    accounts = Account.objects.in_bulk(sorted(by_account))
    for (account_id, _user, _day), of_day in sorted(by_day.items()):
        promise.resolve_days(accounts[account_id], of_day, charged=0)
    for account_id, of_account in sorted(by_account.items()):
        _give_back(accounts[account_id], of_account, reason)


def _give_back(account: Account, holds: Sequence[Hold], reason: str) -> None:
    total = sum(one.amount for one in holds)
    Account.objects.filter(pk=account.pk).update(held=F("held") - total)
    account.refresh_from_db(fields=["posted", "held"])
    running, entries = account.held + total, []
    for one in holds:
        running -= one.amount
        figures = {"held": -one.amount, "held_after": running}
        entries.append(entry_of(account, EntryKind.RELEASE, one, **figures, reason=reason))
    Entry.objects.bulk_create(entries)


class Overtaken(Refused):
    """The wallet has a grant or an adjustment that whoever asks has not seen."""


@transaction.atomic
def grant(
    team: Team,
    mode: str,
    amount: int,
    *,
    actor: User | None = None,
    reason: str = "",
    paid: Paid | None = None,
    seen: int | None = None,
) -> Entry:
    """Add credits to the wallet. The first grant opens it: from then on it binds.

    What was spent before is evened out first, so that a grant of 100 leaves 100 to promise.
    Raises Refused for an amount that is not positive, for less than running jobs already hold,
    and for practice that was paid for; payments.InvoiceKnown; Overtaken (see `_locked`).
    """
    account = _locked(team, mode, seen)
    if amount <= 0:
        raise Refused(_("A grant is a positive number of credits."))
    if paid and mode == Mode.TEST:
        raise Refused(_("Practice credits are free: they have no price and no invoice."))
    if not account.is_enforced and amount < account.held:
        raise Refused(
            _("Running jobs already hold {held} credits: grant at least as many.").format(
                held=grouped(account.held)
            )
        )
    if not account.is_enforced and account.posted:
        _post(account, EntryKind.ADJUST, -account.posted, actor, _("Wallet opened"))
    entry = _post(account, EntryKind.GRANT, amount, actor, reason)
    if paid:
        payments.note(team, entry, paid)
    Account.objects.filter(pk=account.pk).update(is_enforced=True)
    audit.record(
        team,
        actor,
        "credits.granted",
        reason,
        mode=mode,
        credits=amount,
        money=str(paid.money) if paid and paid.money is not None else None,
        currency=paid.currency if paid else "",
        invoice=paid.invoice if paid else "",
    )
    credited.send(sender=grant, team=team, mode=mode)
    return entry


@transaction.atomic
def adjust(
    team: Team,
    mode: str,
    amount: int,
    *,
    actor: User | None,
    reason: str,
    seen: int | None = None,
) -> Entry:
    """Adjust an open wallet by a signed number of credits, and say why.

    Raises Refused without a reason, for 0, where there is no wallet, and where less would be left
    than running jobs hold; Overtaken (see `_locked`).
    """
    account = _locked(team, mode, seen)
    if not reason.strip():
        raise Refused(_("Say why: an adjustment keeps its reason."))
    if amount == 0:
        raise Refused(_("An adjustment adds or takes at least one credit."))
    if not account.is_enforced:
        raise Refused(_("There is no wallet to adjust. The first grant opens it."))
    left = account.posted - account.held
    if amount < -left:
        sentence = _("At most {left} credits can be taken: that is what is left.")
        raise Refused(sentence.format(left=grouped(left)))
    entry = _post(account, EntryKind.ADJUST, amount, actor, reason)
    audit.record(team, actor, "credits.adjusted", reason, mode=mode, credits=amount)
    if amount > 0:
        credited.send(sender=adjust, team=team, mode=mode)
    return entry


def _locked(team: Team, mode: str, seen: int | None) -> Account:
    """The wallet under lock. `seen` is the last entry by hand that was looked at (0: none).

    What came after it raises Overtaken: a form that is sent twice is booked once.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=wallet(team, mode).pk)
    later = Entry.objects.filter(account=account, kind__in=BY_HAND, pk__gt=seen or 0)
    if seen is not None and later.exists():
        raise Overtaken(
            _("Meanwhile this wallet was changed: look at its newest line, then send again.")
        )
    return account


def lose(team: Team, mode: str, amount: int, reference: UUID, reason: str) -> Entry:
    """Book what the upstream was paid and nobody was charged."""
    account = Account.objects.select_for_update(no_key=True).get(
        team=team, mode=mode, kind=AccountKind.LOSS
    )
    return _post(account, EntryKind.LOSS, amount, None, reason, reference)


def freeze(account: Account) -> None:
    """Refuse new holds until an operator has looked; what is held can still be resolved."""
    open_one = Account.objects.filter(pk=account.pk, frozen_at=None)
    if open_one.update(frozen_at=clock.database_now()):
        audit.record(account.team, None, "account.frozen", mode=account.mode)


def thaw(team: Team, mode: str) -> int:
    """Let a team spend again; for operators, once its books are exact. How many accounts were."""
    frozen = Account.objects.for_team(team).filter(mode=mode, frozen_at__isnull=False)
    count = frozen.update(frozen_at=None)
    if count:
        audit.record(team, None, "account.thawed", mode=mode)
        credited.send(sender=thaw, team=team, mode=mode)
    return count


def _resolve(held: Hold, kind: EntryKind, charged: int, reason: str = "") -> None:
    once = Hold.objects.filter(pk=held.pk, resolved_at=None)
    if once.update(resolved_at=clock.database_now(), charged=charged) != 1:
        raise AlreadyResolved
    account = held.account
    promise.resolve_days(account, [held], charged)
    Account.objects.filter(pk=account.pk).update(
        posted=F("posted") - charged, held=F("held") - held.amount
    )
    account.refresh_from_db(fields=["posted", "held"])
    entry = entry_of(account, kind, held, posted=-charged, held=-held.amount, reason=reason)
    entry.save(force_insert=True)


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
