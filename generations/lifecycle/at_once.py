"""Who of the line may have one more: as far as their pictures at once, and their API key's, go."""

import heapq
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from uuid import UUID

from generations.core import clock
from generations.keys.models import UpstreamKey
from generations.lifecycle import key_limits, line
from generations.lifecycle.line import Turn
from generations.lifecycle.models import Generation
from generations.lifecycle.room import TYPICAL_SECONDS
from generations.lifecycle.states import ACTIVE

TOGETHER = 0.5  # seconds: what ends so close to a slot of the key is what frees the slot
Group = tuple[UUID, UUID | None]  # what a person asked for by hand, or by one API key


@dataclass
class Bound:
    """Of a person, or of an API key: how many at once, and in how many seconds each of theirs
    ends (a heap)."""

    most: int
    ends: list[float] = field(default_factory=list)

    def has_room(self, at: float) -> bool:
        while self.ends and self.ends[0] <= at + TOGETHER:
            heapq.heappop(self.ends)
        return len(self.ends) < self.most

    def frees_at(self) -> float:
        """From when on there is room: when enough have ended; never, where nothing is allowed."""
        over = len(self.ends) - self.most
        if over < 0:
            return 0.0
        return sorted(self.ends)[over] if over < len(self.ends) else inf


@dataclass(frozen=True)
class Start:
    generation_id: UUID
    seconds: float
    was_held: bool  # it would have started before, if its author might have one more at once


class InTurn:
    """A line that is taken from in time: each time the first whose bounds have room then."""

    def __init__(self, turns: Sequence[Turn], bounds: Mapping[UUID, Bound]) -> None:
        self._groups: dict[Group, deque[tuple[int, UUID]]] = defaultdict(deque)
        for number, turn in enumerate(turns):
            self._groups[turn.author, turn.api_key].append((number, turn.generation))
        self._bounds = {
            group: [bounds[each] for each in group if each and each in bounds]
            for group in self._groups
        }
        self._held: set[Group] = set()

    def __bool__(self) -> bool:
        return bool(self._groups)

    def take(self, at: float, each: float) -> Start | None:
        """The next to start, then or as soon as anybody may; it ends after `each` seconds.

        None where nobody may have any.
        """
        group = self._first(at)
        if group is None:
            at = min(self._frees_at(waiting) for waiting in self._groups)
            group = self._first(at) if at < inf else None
        if group is None:
            return None
        _number, generation_id = self._groups[group].popleft()
        if not self._groups[group]:
            del self._groups[group]
        for bound in self._bounds[group]:
            heapq.heappush(bound.ends, at + each)
        was_held = group in self._held
        self._held.discard(group)
        return Start(generation_id, at, was_held)

    def rest(self) -> list[UUID]:
        left = sorted(each for group in self._groups.values() for each in group)
        return [generation_id for _number, generation_id in left]

    def _frees_at(self, group: Group) -> float:
        return max((bound.frees_at() for bound in self._bounds[group]), default=0.0)

    def _first(self, at: float) -> Group | None:
        for group in sorted(self._groups, key=lambda group: self._groups[group][0]):
            if all(bound.has_room(at) for bound in self._bounds[group]):
                return group
            self._held.add(group)
        return None


def bounds(key: UpstreamKey, turns: Sequence[Turn], each: Mapping[UUID, int]) -> dict[UUID, Bound]:
    """Of those in line before this key: by person and by API key, where anything bounds them.

    `each` are the seconds that a picture takes, by shared key. Three queries, and two for API keys.
    """
    ceilings = line.ceilings(key, {turn.author for turn in turns})
    rooms = key_limits.rooms(key.team, {turn.api_key for turn in turns if turn.api_key})
    running = Generation.objects.filter(
        team=key.team_id, mode=key.mode, author__in=list(ceilings), status__in=ACTIVE
    )
    now, ends = clock.now(), defaultdict[UUID, list[float]](list)
    for author, api_key, taken_by, since in running.values_list(
        "author_id", "api_key_id", "upstream_key_id", "claimed_at"
    ):
        elapsed = (now - since).total_seconds() if since else 0.0
        left = max(1.0, each.get(taken_by, TYPICAL_SECONDS) - elapsed)
        heapq.heappush(ends[author], left)
        if api_key in rooms:
            heapq.heappush(ends[api_key], left)
    found = {who: Bound(most, ends[who]) for who, most in ceilings.items() if most is not None}
    of_keys = {who: Bound(room + len(ends[who]), ends[who]) for who, room in rooms.items()}
    return found | of_keys
