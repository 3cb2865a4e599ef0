"""What is under way at each shared key now, and what the hub itself still has beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from generations.credits.models import Account, AccountKind
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Generation
from generations.lifecycle.states import ACTIVE
from generations.teams.models import Team


@dataclass(frozen=True)
class KeyNow:
    """`under_way` counts pictures; `wallet` is the team's in the key's mode."""

    key: UpstreamKey
    under_way: int
    wallet: Account

    @property
    def left(self) -> int | None:
        """What the team may still spend; None: nothing was granted yet, so no wallet binds."""
        return self.wallet.posted - self.wallet.held if self.wallet.is_enforced else None


def of_each(team: Team, keys: Iterable[UpstreamKey]) -> list[KeyNow]:
    wallets = Account.objects.for_team(team).filter(kind=AccountKind.WALLET)
    by_mode = {wallet.mode: wallet for wallet in wallets}
    counts = _under_way(team)
    return [KeyNow(key, counts.get(key.pk, 0), by_mode[key.mode]) for key in keys]


def draining(team: Team) -> list[KeyNow]:
    """The removed ones that still have pictures under way; their secrets serve until the end."""
    counts = _under_way(team)
    removed = upstream.removed(team).filter(pk__in=counts)
    return of_each(team, removed)


def _under_way(team: Team) -> dict[UUID, int]:
    rows = Generation.objects.for_team(team).filter(status__in=ACTIVE).order_by()
    return dict(rows.values_list("upstream_key").annotate(Count("id")))
