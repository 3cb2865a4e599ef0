"""Whether what a notice tells still holds: looked up when somebody reads it, and never stored.

A limit that was raised, credit that came, a key that is used again: the notice is over at once.
If it comes to that again another notice tells it; only a key's trouble is told once a day. What
happened on a day (a loss, a difference, an unusual day) stays true.
"""

from collections.abc import Callable
from enum import Enum, auto
from functools import cache, cached_property
from uuid import UUID

from django.db.models import Max

from generations.alerts.models import MOST_MARKED, Kind, Notice
from generations.alerts.thresholds import (
    frozen_subject,
    is_low,
    is_near,
    is_reached,
    limit_subject,
    trouble,
    wallet_subject,
)
from generations.credits import limits
from generations.credits.limits import Standing
from generations.credits.models import Account, AccountKind
from generations.keys import upstream
from generations.teams import days
from generations.teams.models import Membership, Team


class State(Enum):
    HOLDS = auto()
    ANEW = auto()  # it is so, but of a later limit, grant, freeze or trouble, told by itself
    OVER = auto()


class Truth:
    """Of one team. Each thing is read once, when the first notice of its kind is asked about."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self._standing = cache(self._read_standing)

    def holds(self, notice: Notice) -> bool:
        return self.state(notice) == State.HOLDS

    def state(self, notice: Notice) -> State:
        check = _CHECKS.get(Kind(notice.kind))
        current = check(self, notice) if check else notice.subject
        if current is None:
            return State.OVER
        return State.HOLDS if current == notice.subject else State.ANEW

    @cached_property
    def troubles(self) -> dict[str, Kind | None]:
        """Of each shared key that is not removed, by its id."""
        return {str(key.pk): trouble(key) for key in upstream.listed(self.team)}

    @cached_property
    def wallets(self) -> dict[str, Account]:
        rows = Account.objects.for_team(self.team).filter(kind=AccountKind.WALLET)
        return {account.mode: account for account in rows.select_related("team")}

    @cached_property
    def low(self) -> dict[str, str]:
        """What a notice would tell of each wallet that is low, by its mode."""
        return {
            mode: wallet_subject(wallet) for mode, wallet in self.wallets.items() if is_low(wallet)
        }

    @cached_property
    def newest(self) -> dict[tuple[str, str], int]:
        """The last notice of each kind for each key in trouble: one comes each day that it lasts.

        Within one day a key may be in one trouble, in another, and in the first again.
        """
        told = Notice.objects.for_team(self.team).filter(kind__in=_OF_KEYS)
        of_these = told.filter(subject__in=[key for key, kind in self.troubles.items() if kind])
        last = of_these.values_list("subject", "kind").annotate(Max("pk"))
        return {(subject, kind): pk for subject, kind, pk in last}

    def limit_near(self, notice: Notice) -> str | None:
        standing = self._today(notice)
        return limit_subject(standing) if standing and is_near(standing) else None

    def limit_reached(self, notice: Notice) -> str | None:
        standing = self._today(notice)
        return limit_subject(standing) if standing and is_reached(standing) else None

    def wallet_low(self, notice: Notice) -> str | None:
        return self.low.get(notice.mode)

    def key_in_trouble(self, notice: Notice) -> str | None:
        if self.troubles.get(notice.subject) != notice.kind:
            return None
        is_last = self.newest.get((notice.subject, notice.kind)) == notice.pk
        return notice.subject if is_last else ""

    def frozen(self, notice: Notice) -> str | None:
        wallet = self.wallets.get(notice.mode)
        return frozen_subject(wallet) if wallet and wallet.frozen_at else None

    def _today(self, notice: Notice) -> Standing | None:
        """None where the day is over, or the member has left."""
        if notice.user_id is None or notice.day != days.today(self.team):
            return None
        return self._standing(notice.user_id, notice.mode)

    def _read_standing(self, user: UUID, mode: str) -> Standing | None:
        members = Membership.objects.for_team(self.team).select_related("team", "user")
        membership = members.filter(user=user).first()
        return limits.now(membership, mode) if membership else None


_OF_KEYS = (Kind.KEY_REJECTED, Kind.KEY_EXHAUSTED, Kind.KEY_UNOPENED)
# The subject that tells it now, or None where there is nothing to tell.
_CHECKS: dict[Kind, Callable[[Truth, Notice], str | None]] = {
    Kind.LIMIT_NEAR: Truth.limit_near,
    Kind.LIMIT_REACHED: Truth.limit_reached,
    Kind.WALLET_LOW: Truth.wallet_low,
    **dict.fromkeys(_OF_KEYS, Truth.key_in_trouble),
    Kind.FROZEN: Truth.frozen,
}


def count_unread(membership: Membership) -> int:
    """Among the newest MOST_MARKED, of what still holds: every page asks, and the past only grows.

    Two queries, and what Truth reads where anything is unread.
    """
    newest = Notice.objects.told(membership).order_by("-id")[:MOST_MARKED]
    unread = Notice.objects.unread(membership).filter(pk__in=newest.values("pk"))
    truth = Truth(membership.team)
    return sum(truth.holds(notice) for notice in unread.defer("facts"))
