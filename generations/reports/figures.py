"""Credits by day, of people, of projects or of prompts: the sums that every report is made of.

People's days stand ready in UserDay; everything else is summed from the entries of those days.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from generations.credits.models import Account, AccountKind, Entry, EntryKind, Hold, UserDay
from generations.lifecycle.models import Generation
from generations.reports.period import Period
from generations.teams.models import Project, Team, User
from generations.teams.modes import Mode

NONE = "none"  # no project at all, where an address names a project

ByDay = dict[date, int]


@dataclass(frozen=True)
class Wanted:
    """What a report is narrowed to; what is None does not narrow."""

    period: Period
    mode: Mode
    user: User | None = None
    project: Project | str | None = None  # NONE: what was charged to none
    by: str = "members"  # or "projects", "prompts"

    @property
    def is_whole(self) -> bool:
        """Whether it is all that the team spent in these days."""
        return self.user is None and self.project is None


def sums(team: Team, wanted: Wanted, first: date, last: date) -> dict[UUID | None, ByDay]:
    """What was charged from the first day to the last, by whom or what, by day. One query."""
    if wanted.by == "members" and wanted.project is None:
        rows: Iterable[Any] = _of_people(team, wanted, first, last)
    elif wanted.by == "prompts":
        rows = _of_prompts(team, wanted, first, last)
    else:
        by = "user" if wanted.by == "members" else "project"
        charges = _entries(team, wanted, first, last).order_by()
        rows = charges.values_list(by, "day").annotate(charged=-Sum("posted"))
    found: dict[UUID | None, ByDay] = defaultdict(dict)
    for key, day, credits in rows:
        if credits:
            found[key][day] = credits
    return found


def of_team(team: Team, mode: str, first: date, last: date) -> ByDay:
    """All that the team spent, by day."""
    rows = UserDay.objects.for_team(team).filter(mode=mode, day__range=(first, last))
    return dict(rows.values_list("day").annotate(Sum("spent")))


def held(team: Team, wanted: Wanted) -> int:
    """Credits promised to pictures under way, of whichever day."""
    promised = Hold.objects.filter(account__in=wallets(team, wanted.mode), resolved_at=None)
    amount = _narrowed(promised, wanted).aggregate(amount=Sum("amount"))["amount"]
    return int(amount or 0)


def wallets(team: Team, mode: str | None) -> "QuerySet[Account]":
    rows = Account.objects.for_team(team).filter(kind=AccountKind.WALLET)
    return rows.filter(mode=mode) if mode else rows


def _of_people(team: Team, wanted: Wanted, first: date, last: date) -> Iterable[Any]:
    rows = UserDay.objects.for_team(team).filter(mode=wanted.mode, day__range=(first, last))
    return _narrowed(rows, wanted).values_list("user", "day", "spent")


def _of_prompts(team: Team, wanted: Wanted, first: date, last: date) -> "QuerySet[Any, Any]":
    """By the prompt of the library that a picture was made from, where it was."""
    charged = Q(
        hold__entries__account__in=wallets(team, wanted.mode),
        hold__entries__kind=EntryKind.SETTLE,
        hold__entries__day__range=(first, last),
    )
    made = _narrowed(Generation.objects.for_team(team).filter(charged), wanted, "author")
    by_day = made.order_by().values_list("batch__prompt_version__prompt", "hold__entries__day")
    charges: QuerySet[Any, Any] = by_day.annotate(charged=-Sum("hold__entries__posted"))
    return charges


def _entries(team: Team, wanted: Wanted, first: date, last: date) -> "QuerySet[Entry]":
    rows = Entry.objects.filter(
        account__in=wallets(team, wanted.mode), kind=EntryKind.SETTLE, day__range=(first, last)
    )
    return _narrowed(rows, wanted)


def _narrowed(rows: "QuerySet[Any]", wanted: Wanted, person: str = "user") -> "QuerySet[Any]":
    if wanted.user:
        rows = rows.filter(**{person: wanted.user})
    if wanted.project == NONE:
        rows = rows.filter(project=None)
    elif wanted.project:
        rows = rows.filter(project=wanted.project)
    return rows
