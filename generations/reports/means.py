"""What is left and what ends it first: one's own day, the shared keys' days, the team's wallet."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from generations.credits.limits import Standing
from generations.credits.models import Entry, EntryKind
from generations.keys.models import UpstreamKey
from generations.lifecycle import key_day
from generations.reports import figures, forecast
from generations.teams.access import Right, can
from generations.teams.models import Team


@dataclass(frozen=True)
class Bound:
    """One limit. In credits, or for a shared key that counts so, in pictures."""

    kind: str  # "member", "plan", "key" or "wallet"
    name: str
    left: int
    spent: int
    held: int
    is_in_pictures: bool = False
    is_first: bool = False

    @property
    def whole(self) -> int:
        return self.left + self.spent + self.held


@dataclass(frozen=True)
class Wallet:
    """What the team has, since when, and for how long at its pace."""

    left: int
    held: int
    grant: Entry
    is_forecast: bool = False
    mean: int = 0  # credits of a working day
    ends: date | None = None  # None: not within a year

    @property
    def spent(self) -> int:
        """Since the last grant, corrections among it."""
        return max(0, self.grant.posted_after - self.left - self.held)


def bounds(team: Team, standing: Standing, wallet: Wallet | None) -> list[Bound]:
    """The limits that apply to this member; the one that ends spending first is marked.

    What counts in pictures binds only when it is used up: it cannot be compared before.
    """
    found = [*_own(standing), *_of_keys(team, standing.account.mode)]
    if wallet:
        found.append(Bound("wallet", _("Team wallet"), wallet.left, wallet.spent, wallet.held))
    comparable = [each for each in found if not each.is_in_pictures or each.left == 0]
    first = min(comparable, key=lambda each: each.left, default=None)
    return [replace(each, is_first=each is first) for each in found]


def wallet(team: Team, standing: Standing) -> Wallet | None:
    """None where nothing was granted yet. One query; a second and a third where there is one."""
    if standing.wallet_left is None:
        return None
    account, today = standing.account, standing.day
    grants = Entry.objects.filter(account=account, kind=EntryKind.GRANT)
    found = Wallet(
        standing.wallet_left, account.held, grants.select_related("payment").order_by("-id")[0]
    )
    first, _yesterday = forecast.window(today)
    spent = figures.of_team(team, account.mode, first, today)
    pace = forecast.pace(spent, today)
    if pace is None:
        return found
    ends = forecast.runs_out(pace, today, spent.get(today, 0), standing.wallet_left)
    return replace(found, is_forecast=True, mean=pace.working, ends=ends)


def _own(standing: Standing) -> list[Bound]:
    limit, left = standing.daily_limit, standing.left_today
    if limit is None or left is None or not can(standing.membership, Right.SPEND):
        return []
    is_own = limit == standing.membership.daily_limit
    kind, name = ("member", _("Your limit, today")) if is_own else ("plan", _("Your plan, today"))
    return [Bound(kind, name, left, standing.spent, standing.reserved)]


def _of_keys(team: Team, mode: str) -> list[Bound]:
    keys = UpstreamKey.objects.for_team(team).filter(
        mode=mode, removed_at=None, daily_limit__isnull=False
    )
    return [
        Bound(
            "key",
            _("%(key)s, today") % {"key": day.key.name},
            day.left,
            day.spent,
            day.held,
            is_in_pictures=not day.is_in_credits,
        )
        for day in key_day.of_each(team, keys.order_by("created_at", "pk"))
    ]
