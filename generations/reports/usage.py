"""Members by days: what was spent, and what of today's limit is left. Read-only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from generations.credits import limits
from generations.credits.accounts import wallet
from generations.credits.models import Account, UserDay
from generations.keys.models import UpstreamKey
from generations.reports.period import Period
from generations.teams import days
from generations.teams.access import Right, can
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

SERIES = 5  # colours of a chart; the last one is shared where there are more people


@dataclass
class Row:
    """One person, in credits. `limit` is None where there is none, or where they have left."""

    user: User
    by_day: list[int]
    today: int = 0
    held: int = 0
    limit: int | None = None
    is_member: bool = False
    series: int = SERIES
    share: float = 0.0  # of the period's total, in per cent

    @property
    def total(self) -> int:
        return sum(self.by_day)


@dataclass
class Usage:
    period: Period
    mode: str
    today: date
    rows: list[Row] = field(default_factory=list)

    @property
    def by_day(self) -> list[int]:
        return [sum(row.by_day[n] for row in self.rows) for n in range(len(self.period.days))]

    @property
    def table(self) -> list[tuple[date, list[tuple[User, int]], int]]:
        """The same by day, the last day first: each person's credits, then all together."""
        cells = [
            (day, [(row.user, row.by_day[n]) for row in self.rows], self.by_day[n])
            for n, day in enumerate(self.period.days)
        ]
        return cells[::-1]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    @property
    def spent_today(self) -> int:
        return sum(row.today for row in self.rows)

    @property
    def held(self) -> int:
        return sum(row.held for row in self.rows)


def main_mode(team: Team) -> Mode:
    """What a report is of, where nobody asks: real spend, or practice while there is no other.

    A team that had a live key once stays with real spend, also when that key is gone.
    """
    lives = UpstreamKey.objects.for_team(team).filter(mode=Mode.LIVE)
    return Mode.LIVE if lives.exists() else Mode.TEST


def usage(team: Team, period: Period, mode: str, only: User | None = None) -> Usage:
    """Everybody who may spend or has spent, the biggest spender first. Four queries or five."""
    report = Usage(period, mode, days.today(team))
    figures = _figures(team, mode, {*period.days, report.today}, only)
    members = Membership.objects.for_team(team).select_related("user", "team")
    memberships = {m.user_id: m for m in (members.filter(user=only) if only else members)}
    account = wallet(team, mode)
    for user in _people(memberships.values(), figures):
        membership = memberships.get(user.pk)
        of_days = figures[user.pk]
        today = of_days.get(report.today)
        report.rows.append(
            Row(
                user=user,
                by_day=[of_days[day].spent if day in of_days else 0 for day in period.days],
                today=today.spent if today else 0,
                held=today.reserved if today else 0,
                limit=_limit(account, membership, report.today) if membership else None,
                is_member=membership is not None,
            )
        )
    _rank(report)
    return report


def _figures(
    team: Team, mode: str, wanted: set[date], only: User | None
) -> dict[UUID, dict[date, UserDay]]:
    found = UserDay.objects.for_team(team).filter(
        mode=mode, day__gte=min(wanted), day__lte=max(wanted)
    )
    figures: dict[UUID, dict[date, UserDay]] = defaultdict(dict)
    for row in found.filter(user=only) if only else found:
        if row.day in wanted:
            figures[row.user_id][row.day] = row
    return figures


def _people(
    memberships: Iterable[Membership], figures: dict[UUID, dict[date, UserDay]]
) -> list[User]:
    """Members who may spend or did; those who spent and left keep their row."""
    people = {
        membership.user_id: membership.user
        for membership in memberships
        if can(membership, Right.SPEND) or membership.user_id in figures
    }
    gone = [key for key in figures if key not in people]
    return [*people.values(), *(User.objects.filter(pk__in=gone) if gone else [])]


def _limit(account: Account, membership: Membership, today: date) -> int | None:
    standing = limits.Standing(
        account, membership, today, days.next_midnight(membership.team), spent=0, reserved=0
    )
    return standing.daily_limit


def _rank(report: Usage) -> None:
    report.rows.sort(key=lambda row: (-row.total, -row.today, str(row.user).casefold()))
    total = report.total
    for n, row in enumerate(report.rows, start=1):
        row.series = min(n, SERIES)
        row.share = 100 * row.total / total if total else 0.0
