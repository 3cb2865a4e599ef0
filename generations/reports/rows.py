"""The rows of a usage report: people, projects or prompts, each with what it spent by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from generations.credits.limits import Standing
from generations.prompts.models import Prompt
from generations.reports.figures import NONE, ByDay, Wanted
from generations.teams.access import Right, can
from generations.teams.models import Project, Team, User

SERIES = 5  # colours and patterns of a chart; where there are more rows, the last is for the rest

Spent = dict[UUID | None, ByDay]
Standings = dict[UUID, Standing]


@dataclass
class Row:
    """One person, project or prompt, in credits. Who is a member has a standing."""

    name: str
    narrows: dict[str, str]  # what an address adds to open this row's entries
    spent: ByDay
    standing: Standing | None = None
    has_left: bool = False
    series: int = SERIES
    by_day: list[int] = field(default_factory=list)  # of the whole period
    so_far: list[int] = field(default_factory=list)  # of its days until today
    today: int = 0
    week: int = 0
    share: float = 0.0  # of the period's total, in per cent

    @property
    def key(self) -> str:
        return next(iter(self.narrows.values()))

    @property
    def total(self) -> int:
        return sum(self.by_day)

    @property
    def limit(self) -> int | None:
        return self.standing.daily_limit if self.standing else None


def rows(team: Team, wanted: Wanted, spent: Spent, standings: Standings) -> list[Row]:
    """In no order. One query for the names of what no member is, or none."""
    if wanted.by == "projects":
        projects = Project.objects.for_team(team).filter(pk__in=_known(spent))
        names = dict(projects.values_list("pk", "name"))
        return _named(names, spent, "project", _("No project"))
    if wanted.by == "prompts":
        prompts = Prompt.objects.for_team(team).filter(pk__in=_known(spent))
        names = dict(prompts.values_list("pk", "title"))
        return _named(names, spent, "prompt", _("Not from the library"))
    return _people(wanted, spent, standings)


def together(each: Iterable[ByDay]) -> ByDay:
    total: ByDay = {}
    for of_days in each:
        for day, credits in of_days.items():
            total[day] = total.get(day, 0) + credits
    return total


def _known(spent: Spent) -> list[UUID]:
    return [key for key in spent if key]


def _named(names: dict[UUID, str], spent: Spent, param: str, without: str) -> list[Row]:
    return [
        Row(names[key] if key else without, {param: str(key) if key else NONE}, of_days)
        for key, of_days in spent.items()
    ]


def _people(wanted: Wanted, spent: Spent, standings: Standings) -> list[Row]:
    """Members who may spend or did; those who spent and left keep their row."""
    members = {
        user: standing
        for user, standing in standings.items()
        if (can(standing.membership, Right.SPEND) or user in spent)
        and wanted.user in (None, standing.membership.user)
    }
    names = {user: str(standing.membership.user) for user, standing in members.items()}
    if gone := [user for user in _known(spent) if user not in members]:
        names |= {user.pk: str(user) for user in User.objects.filter(pk__in=gone)}
    return [
        Row(name, {"user": str(user)}, spent.get(user, {}), members.get(user), user not in members)
        for user, name in names.items()
    ]
