"""Looking whether a team has anything to be told: read from the rows themselves, so that looking
twice, late or after a lost signal tells the same."""

import statistics
from bisect import bisect_right
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, Sum

from generations.alerts.models import Kind
from generations.alerts.raising import raise_for
from generations.alerts.thresholds import (
    TROUBLES,
    frozen_subject,
    is_low,
    is_near,
    is_reached,
    limit_subject,
    threshold,
    trouble,
    wallet_subject,
)
from generations.core import clock
from generations.credits import limits
from generations.credits.limits import Standing
from generations.credits.models import Account, Entry, EntryKind, UserDay
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Reconciliation
from generations.reports import figures
from generations.reports.bill import lost_on
from generations.teams import days
from generations.teams.access import Right, can
from generations.teams.models import Team, TeamScoped
from generations.teams.modes import Mode

RECENT = 2 * 86400.0  # seconds for which a finished reconciliation is looked at
UNUSUAL, OTHER_DAYS, FEWEST_DAYS, LOOKED_BACK = 3, 14, 5, 60
TEAMS = 200  # a round

_last: list[UUID] = []  # the team that this process watched last


def watch_all() -> int:
    """Sweep step: the teams where something moved, in turn, going on after the last one watched.

    Returns how many notices were new.
    """
    moved = sorted(_moved())
    start = bisect_right(moved, _last[0]) if _last else 0
    new = 0
    for team in (moved[start:] + moved[:start])[:TEAMS]:
        _last[:] = [team]  # before the look: one that fails holds up nobody in the next round
        new += watch(team)
    return new


def watch(team: Team | UUID | str) -> int:
    """Everything there is to tell one team, told; how much of it was new. Safe to run twice."""
    found = team if isinstance(team, Team) else Team.objects.filter(pk=team).first()
    if found is None:
        return 0
    return sum(
        [
            *(new for mode in Mode for new in _money(found, mode)),
            *_keys(found),
            *_differences(found),
        ]
    )


def _moved() -> set[UUID]:
    """Teams that spent lately, or whose keys, accounts or reconciliations say something."""
    lately = (clock.now() - timedelta(days=1)).date()
    rows = (
        UserDay.objects.filter(day__gte=lately).values_list("team", flat=True),
        Account.objects.filter(frozen_at__isnull=False).values_list("team", flat=True),
        _bad_keys().values_list("team", flat=True),
        Reconciliation.objects.filter(_is_recent()).values_list("team", flat=True),
        Entry.objects.filter(kind=EntryKind.LOSS, day__gte=lately).values_list(
            "account__team", flat=True
        ),
    )
    return {team for each in rows for team in each.distinct()}


def _money(team: Team, mode: Mode) -> Iterator[bool]:
    standings = limits.of_all(team, mode)
    for standing in standings.values():
        yield from _limit(team, standing)
    account = next((standing.account for standing in standings.values()), None)
    if account is None:
        return
    yield from _wallet(team, account)
    today = days.today(team)
    if account.frozen_at:
        subject = frozen_subject(account)
        yield raise_for(team, Kind.FROZEN, subject, day=today, mode=mode, once=True)
    if lost_on(team, mode, today):
        yield raise_for(team, Kind.LOSS, mode, day=today, mode=mode)
    yield from _unusual(team, mode)


def _limit(team: Team, standing: Standing) -> Iterator[bool]:
    user, limit, mode = standing.membership.user, standing.daily_limit, standing.account.mode
    if not standing.spent or not can(standing.membership, Right.SPEND):
        return
    kind = None
    if is_reached(standing):
        kind = Kind.LIMIT_REACHED
    elif is_near(standing):
        kind = Kind.LIMIT_NEAR
    if kind:
        yield raise_for(
            team,
            kind,
            limit_subject(standing),
            day=standing.day,
            mode=mode,
            user=user,
            spent=standing.spent,
            limit=limit,
            resets_at=standing.resets_at.isoformat(),
        )


def _wallet(team: Team, account: Account) -> Iterator[bool]:
    if not is_low(account):
        return
    yield raise_for(
        team,
        Kind.WALLET_LOW,
        wallet_subject(account),
        day=days.today(team),
        mode=account.mode,
        once=True,
        left=account.left,
        threshold=threshold(account),
    )


def _unusual(team: Team, mode: Mode) -> Iterator[bool]:
    """Today against the middle one of the last fourteen days with spend, from five such days on."""
    today = days.today(team)
    spent = figures.of_team(team, mode, today - timedelta(days=LOOKED_BACK), today)
    before = [spent[day] for day in sorted(spent) if day < today and spent[day]][-OTHER_DAYS:]
    if len(before) < FEWEST_DAYS:
        return
    usual = int(statistics.median(before))
    if spent.get(today, 0) > UNUSUAL * usual:
        yield raise_for(
            team,
            Kind.UNUSUAL_DAY,
            mode,
            day=today,
            mode=mode,
            spent=spent[today],
            usual=usual,
        )


def _keys(team: Team) -> Iterator[bool]:
    for key in upstream.listed(team):
        kind = trouble(key)
        if kind is None:
            continue
        yield raise_for(team, kind, str(key.pk), day=days.today(team), mode=key.mode, name=key.name)


def _differences(team: Team) -> Iterator[bool]:
    """Days that were reconciled and left something unexplained."""
    open_ones = Q(differences__unexplained__gt=0) | Q(differences__unexplained__lt=0)
    rows = Reconciliation.objects.for_team(team).filter(_is_recent()).filter(open_ones)
    summed = rows.annotate(unexplained=Sum("differences__unexplained")).select_related(
        "upstream_key"
    )
    for row in summed:
        yield raise_for(
            team,
            Kind.DIFFERENCE,
            str(row.upstream_key_id),
            day=row.day,
            mode=row.upstream_key.mode,
            name=row.upstream_key.name,
            key=str(row.upstream_key_id),
            unexplained=row.unexplained,
        )


def _bad_keys() -> TeamScoped[UpstreamKey]:
    return UpstreamKey.objects.filter(state__in=TROUBLES, removed_at=None)


def _is_recent() -> Q:
    return Q(done_at__gte=clock.after(-RECENT))
