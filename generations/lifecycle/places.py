"""Where each that waits stands in its team's line, why it waits, and for about how long."""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _

from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import at_once, line
from generations.lifecycle.at_once import InTurn
from generations.lifecycle.line import Turn
from generations.lifecycle.models import Generation
from generations.lifecycle.room import STOPPED, earliest, expected_seconds, room, seconds_until
from generations.lifecycle.room import slots as slots_of
from generations.lifecycle.states import Wait

APART = {Wait.RETRY, Wait.UNDO}  # these are in no line until their moment comes
# Nothing is sent until somebody acts.
STANDING = frozenset({*STOPPED.values(), Wait.UNOPENED, Wait.STOPPED})


@dataclass(frozen=True)
class Place:
    """Where a waiting generation stands: 1 is next. None where no turn can be told.

    `slots` are those of the keys that can take from the line, `keys` how many stand before it. A
    key may take it, and its author (or their API key) may have no more at once: `is_own`.
    """

    position: int | None
    seconds: int | None
    reason: Wait
    slots: int = field(default=0, compare=False)
    keys: int = field(default=1, compare=False)
    is_own: bool = field(default=False, compare=False)

    @property
    def why(self) -> str:
        if self.is_own:
            return _("the limit of pictures at once is reached")
        if self.reason == Wait.CONCURRENCY and self.slots > 1:
            return _("all %(number)s slots busy") % {"number": apnumber(self.slots)}
        if self.keys > 1:
            return _of_several().get(self.reason, str(self.reason.label))
        return str(self.reason.label)


def place(generation: Generation) -> Place:
    """Position, expected wait in seconds and reason of one queued generation."""
    if generation.hold_id is None or generation.wait in APART:
        return Place(None, seconds_until(generation.due_at), Wait(generation.wait))
    found = places(generation.team_id, generation.mode)
    return found.get(generation.id, Place(None, None, Wait.TURN))


def places(team_id: UUID, mode: str) -> dict[UUID, Place]:
    """Every funded generation in this line, in the order in which they will be sent.

    Each takes the slot that comes free first, of whichever key, for as long as that key's pictures
    lately took.
    """
    turns = line.in_turn(team_id, mode)
    if not turns:
        return {}
    lanes = [Lane(key) for key in upstream.in_line(team_id, mode)]
    going = [lane for lane in lanes if lane.reason not in STANDING]
    if not going:
        why = _common(lanes)
        return {
            turn.generation: Place(position, None, why, keys=len(lanes))
            for position, turn in enumerate(turns, start=1)
        }
    slots = sum(lane.key.concurrent for lane in going if lane.reason != Wait.BLOCKED)
    found: dict[UUID, Place] = {}
    for generation_id, seconds, why, is_own in _starts(going, turns):
        found[generation_id] = Place(len(found) + 1, seconds, why, slots, len(going), is_own)
    return found


class Lane:
    """One key of the line: how many it may take at once, what binds it then, and its slots."""

    def __init__(self, key: UpstreamKey) -> None:
        self.key = key
        self.free, self.reason = room(key)


def _common(lanes: list[Lane]) -> Wait:
    """Why none of them takes anything: what they have in common, or that they are stopped."""
    reasons = {lane.reason for lane in lanes}
    return reasons.pop() if len(reasons) == 1 else Wait.STOPPED


def _starts(
    lanes: list[Lane], turns: Sequence[Turn]
) -> Iterator[tuple[UUID, int | None, Wait, bool]]:
    """Which one starts next, in how many seconds, what it waits for until then, and whether that
    is for what its author has at once. Those that nobody allows at all come last, without a time.
    """
    each = [expected_seconds(lane.key) for lane in lanes]
    freed = [earliest(lane.key, lane.reason) for lane in lanes]
    given: Counter[int] = Counter()
    heap = [
        (seconds, number)
        for number, lane in enumerate(lanes)
        for seconds in slots_of(lane.key, each[number])
    ]
    heapq.heapify(heap)
    pace = {lane.key.pk: seconds for lane, seconds in zip(lanes, each, strict=True)}
    waiting, now = InTurn(turns, at_once.bounds(lanes[0].key, turns, pace)), 0.0
    while waiting:
        seconds, number = heapq.heappop(heap)
        lane = lanes[number]
        is_free = given[number] < lane.free
        if not is_free and seconds < freed[number]:
            # Another key may have a slot before this one lets go of what binds it.
            heapq.heappush(heap, (freed[number], number))
            continue
        start = waiting.take(max(now, seconds), each[number])
        if start is None:
            break
        given[number] += 1
        now = start.seconds
        heapq.heappush(heap, (now + each[number], number))
        why = Wait.TURN if is_free or start.was_held else lane.reason
        yield start.generation_id, round(now), why, start.was_held
    for generation_id in waiting.rest():
        yield generation_id, None, Wait.TURN, True


def _of_several() -> dict[Wait, str]:
    return {
        Wait.RATE: _("the keys’ requests per minute are used up"),
        Wait.KEY_DAY: _("the keys’ daily limits are reached"),
        Wait.BLOCKED: _("the upstream asked every key to wait"),
        Wait.PAUSED: _("all keys are paused"),
        Wait.REJECTED: _("the upstream rejected every key"),
        Wait.EXHAUSTED: _("every key is out of credit upstream"),
        Wait.UNOPENED: _("the hub cannot open any key"),
    }
