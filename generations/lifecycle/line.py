"""The line of a team: one for each mode, before all its shared keys. Whose turn is it?"""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from generations.core import clock
from generations.credits.accounts import wallet
from generations.credits.allowance import granted, tightest
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import key_limits
from generations.lifecycle.models import Generation
from generations.lifecycle.states import ACTIVE, Status, Wait
from generations.teams.models import Membership

MEMORY = 3600.0  # seconds
Asked = tuple[UUID, UUID | None]  # a generation, and the API key that it came by


class Turn(NamedTuple):
    generation: UUID
    author: UUID
    api_key: UUID | None


def waiting(team_id: UUID, mode: str) -> QuerySet[Generation]:
    """Funded, due and not yet sent, oldest first (identifiers are in order of time).

    Without what stands in a series that somebody paused.
    """
    due = Q(due_at=None) | Q(due_at__lte=clock.database_now()) | Q(wait=Wait.ELSEWHERE)
    due &= Q(batch__series__paused_at=None)
    return Generation.objects.filter(
        due, team_id=team_id, mode=mode, status=Status.QUEUED, hold__isnull=False
    ).order_by("id")


def waiting_for(key: UpstreamKey) -> QuerySet[Generation]:
    """Of the line, what this key may take: what its service offers, and it has not just missed."""
    missed = Q(wait=Wait.ELSEWHERE, upstream_key=key, due_at__gt=clock.database_now())
    line = waiting(key.team_id, key.mode).exclude(missed)
    return line.filter(service__in=upstream.services(key))


def next_for(key: UpstreamKey, most: int) -> list[UUID]:
    """The next generations to send over this key, at most so many.

    Nobody gets more at once, over all keys of the team and mode, than the plan allows one person
    (its "concurrent jobs"), or their own limit where that is tighter; and no API key more than its
    own limit.
    """
    lines = _by_author(_first_of_each(waiting_for(key), most))
    if not lines:
        return []
    turns = _turns(key.team_id, key.mode, lines)
    rooms = key_limits.rooms(key.team, _api_keys(lines.values()))
    chosen = _by_turns(lines, turns, ceilings(key, turns), rooms, most)
    return [turn.generation for turn in chosen]


def in_turn(team_id: UUID, mode: str) -> list[Turn]:
    """The whole line, in the order in which it will be sent if nobody else comes, as far as each
    may have so many at once.
    """
    lines = _by_author(waiting(team_id, mode))
    return _by_turns(lines, _turns(team_id, mode, lines), {}, {}) if lines else []


def _first_of_each(rows: QuerySet[Generation], most: int) -> QuerySet[Generation]:
    """Nobody can be given more than `most`, nor any API key of theirs: the rest stays unread."""
    nth = Window(
        RowNumber(), partition_by=[F("author_id"), F("api_key_id")], order_by=F("id").asc()
    )
    return rows.annotate(nth=nth).filter(nth__lte=most)


def _by_author(rows: QuerySet[Generation]) -> dict[UUID, deque[Asked]]:
    lines: dict[UUID, deque[Asked]] = defaultdict(deque)
    for author, generation, api_key in rows.values_list("author_id", "id", "api_key_id"):
        lines[author].append((generation, api_key))
    return lines


def _by_turns(
    lines: dict[UUID, deque[Asked]],
    turns: dict[UUID, tuple[int, float]],
    most_of: dict[UUID, int | None],
    rooms: dict[UUID, int],
    most: int | None = None,
) -> list[Turn]:
    """Fairly: people by turn, then age.

    The next turn goes to whoever has the fewest running and, among those, was served longest ago.
    """
    chosen: list[Turn] = []
    while turns and (most is None or len(chosen) < most):
        author = min(turns, key=lambda person: turns[person])
        running, served = turns[author]
        ceiling = most_of.get(author)
        if ceiling is not None and running >= ceiling:
            del turns[author]
            continue
        asked = _next(lines[author], rooms)
        if asked is None:
            del turns[author]
            continue
        generation, api_key = asked
        chosen.append(Turn(generation, author, api_key))
        # Counting up `running` passes the turn on; `served` breaks ties by who waited longest.
        turns[author] = (running + 1, served)
        if not lines[author]:
            del turns[author]
    return chosen


def _api_keys(lines: Iterable[Iterable[Asked]]) -> set[UUID]:
    return {api_key for line in lines for _generation, api_key in line if api_key}


def _next(line: deque[Asked], rooms: dict[UUID, int]) -> Asked | None:
    """Takes the oldest of a person's whose API key may have one more; there may be none."""
    for index, (generation, api_key) in enumerate(line):
        if api_key not in rooms:
            del line[index]
            return generation, api_key
        if rooms[api_key] > 0:
            rooms[api_key] -= 1
            del line[index]
            return generation, api_key
    return None


def ceilings(key: UpstreamKey, authors: Iterable[UUID]) -> dict[UUID, int | None]:
    """How many pictures each may have at once; None: any number."""
    plan = granted(wallet(key.team, key.mode).plan)
    members = Membership.objects.for_team(key.team).filter(user__in=list(authors))
    own = dict(members.exclude(concurrent=None).values_list("user_id", "concurrent"))
    return {author: tightest(plan.concurrent, own.get(author)) for author in authors}


def _turns(team_id: UUID, mode: str, authors: Iterable[UUID]) -> dict[UUID, tuple[int, float]]:
    """For each author with somebody in line: how many run now, and when one was last claimed.

    Claims of more than an hour ago count as never: nobody remembers whose turn it was.
    """
    theirs = Generation.objects.filter(team_id=team_id, mode=mode, author_id__in=list(authors))
    running = dict(theirs.filter(status__in=ACTIVE).values_list("author_id").annotate(Count("id")))
    served = dict(
        theirs.filter(claimed_at__gt=clock.after(-MEMORY))
        .values_list("author_id")
        .annotate(Max("claimed_at"))
    )
    return {
        author: (running.get(author, 0), served[author].timestamp() if author in served else 0.0)
        for author in authors
    }
