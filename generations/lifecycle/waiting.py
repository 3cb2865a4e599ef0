"""The team's queue at this moment, as the Queue page shows it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from generations.core import clock
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import progress, unfunded
from generations.lifecycle.desk import Tile, tiles, visible
from generations.lifecycle.models import Generations
from generations.lifecycle.progress import Progress
from generations.lifecycle.room import seconds_until
from generations.lifecycle.standstill import KeyLine, Standstill, key_lines, standstills
from generations.lifecycle.states import ACTIVE, Status, Wait
from generations.lifecycle.unfunded import Unfunded
from generations.teams.models import Team, User
from generations.teams.modes import Mode

FAILURES = 10
MOST = 200  # on the page; the oldest come first
A_ROW = 3  # slots beside each other


@dataclass(frozen=True)
class Slot:
    """A place at a shared key's upstream, taken or free."""

    number: int
    key: UpstreamKey
    tile: Tile | None


@dataclass(frozen=True)
class Turn:
    """One that waits for its turn: the `nth` of its author's, with those that are being drawn."""

    tile: Tile
    nth: int
    has_others: bool  # whether anybody else waits there, too

    @property
    def seconds(self) -> int | None:
        """Until it starts. What is to be tried again has no place in the line, and a time."""
        place = self.tile.place
        return place.seconds if place else seconds_until(self.tile.generation.due_at)

    @property
    def why(self) -> str:
        place = self.tile.place
        is_only_busy = place is not None and place.reason == Wait.CONCURRENCY
        if self.nth == 1 or not self.has_others or not is_only_busy:
            return self.tile.why
        name = self.tile.generation.author.name.partition(" ")[0]
        return _("%(nth)s of %(name)s’s; one turn each") % {"nth": in_words(self.nth), "name": name}


@dataclass(frozen=True)
class Length:
    """How many wait or are made, as far as they were counted."""

    number: int
    has_more: bool  # then there are more than that


@dataclass(frozen=True)
class Line:
    """The team's queue at this moment."""

    keys: list[UpstreamKey]
    slots: list[Slot]
    turns: list[Turn]
    unfunded: list[Unfunded]
    failed: list[Tile]
    series: list[Progress]  # each in one line; of their tiles only what is being drawn is above
    has_more: bool  # of those that wait one by one: the oldest are shown

    @property
    def drawing(self) -> list[Tile]:
        return [slot.tile for slot in self.slots if slot.tile]

    @property
    def series_under_way(self) -> list[Progress]:
        return [each for each in self.series if not each.is_over]

    @property
    def series_over(self) -> list[Progress]:
        """With pictures that failed and nobody has tried again."""
        return [each for each in self.series if each.is_over]

    @property
    def title(self) -> str:
        """ "Three drawing, five waiting, six waiting for credit"."""
        drawing = _("%(number)s drawing") % {"number": apnumber(len(self.drawing))}
        in_line = len(self.turns) + sum(each.waiting - each.unfunded for each in self.series)
        sentence = _("more than %(number)s waiting") if self.has_more else _("%(number)s waiting")
        waiting = sentence % {"number": apnumber(in_line)}
        without = sum(len(each.sitting.tiles) for each in self.unfunded)
        without += sum(each.unfunded for each in self.series)
        sentence = _("%(number)s waiting for credit")
        if self.has_more:
            sentence = _("at least %(number)s waiting for credit")
        for_credit = sentence % {"number": apnumber(without)}
        parts = [drawing] * bool(self.drawing) + [waiting] * bool(in_line)
        parts += [for_credit] * bool(without)
        return capfirst(", ".join(parts)) or _("Queue")

    @property
    def key_lines(self) -> list[KeyLine]:
        return key_lines(self.keys, Counter(slot.key for slot in self.slots if slot.tile))

    @property
    def standstills(self) -> list[Standstill]:
        rows = {each.series.mode for each in self.series if each.waiting > each.unfunded}
        return standstills(self.keys, rows | {turn.tile.generation.mode for turn in self.turns})

    @property
    def has_one_key(self) -> bool:
        return len(self.keys) == 1

    @property
    def held(self) -> list[tuple[Mode, int]]:
        """Credits, real ones first, never added to those of practice."""
        sums: Counter[str] = Counter()
        for tile in (*self.drawing, *(turn.tile for turn in self.turns)):
            sums[tile.generation.mode] += tile.generation.most
        for each in self.series:
            sums[each.series.mode] += each.held_by_waiting
        return [(mode, sums[mode]) for mode in Mode if sums[mode]]

    @property
    def is_all_practice(self) -> bool:
        """Whether the team has no other key: then nothing need be called practice."""
        return all(key.mode == Mode.TEST for key in self.keys)

    @property
    def clear_at(self) -> datetime | None:
        """When all of it is drawn, if nothing comes and no key stands still; None: not known."""
        if any(each.waiting > each.unfunded and not each.ends_at for each in self.series):
            return None
        ends = [tile.expected - tile.seconds for tile in self.drawing]
        ends += [
            (each.ends_at - clock.now()).total_seconds() for each in self.series if each.ends_at
        ]
        for turn in self.turns:
            if turn.seconds is None:
                return None
            ends.append(turn.seconds + turn.tile.expected)
        return clock.now() + timedelta(seconds=max(0.0, *ends)) if ends else None

    @property
    def is_empty(self) -> bool:
        return not (self.drawing or self.turns or self.unfunded or self.failed or self.series)


def pending(team: Team, reader: User) -> Generations:
    """What waits or is being made, of what the reader may see."""
    return visible(team, reader).filter(status__in=[Status.QUEUED, *ACTIVE])


def length(team: Team, reader: User) -> Length:
    """A bounded look and no COUNT, for it stands on every page."""
    found = len(pending(team, reader).values_list("pk")[: MOST + 1])
    return Length(min(found, MOST), found > MOST)


def failures(team: Team, reader: User) -> Generations:
    """Of the last day, those that nobody has tried again; the newest first. Not of a series."""
    return _failed(team, reader).filter(batch__series=None).order_by("-id")[:FAILURES]


def _failed(team: Team, reader: User) -> Generations:
    since = clock.now() - timedelta(days=1)
    rows = visible(team, reader).filter(status=Status.FAILED, retries=None)
    return rows.filter(created_at__gte=since)


def the_line(team: Team, reader: User) -> Line:
    in_series = Q(status=Status.QUEUED, batch__series__isnull=False)
    found = tiles(pending(team, reader).exclude(in_series).order_by("id")[: MOST + 1])
    shown = found[:MOST]
    by_look = defaultdict(list)
    for tile in shown:
        by_look[tile.look].append(tile)
    series = progress.of_those(pending(team, reader), _failed(team, reader))
    used = {tile.generation.mode for tile in shown} | {each.series.mode for each in series}
    keys = _keys(team, used)
    failed = tiles(failures(team, reader))
    return Line(
        keys=keys,
        slots=_slots(keys, by_look["drawing"]),
        turns=_turns(by_look["waiting"], by_look["drawing"]),
        unfunded=unfunded.batches(team, by_look["credit"]),
        failed=failed,
        series=series,
        has_more=len(found) > MOST,
    )


def in_words(nth: int) -> str:
    """ "second", up to "tenth"; "11th" and so on."""
    words = (
        _("first"), _("second"), _("third"), _("fourth"), _("fifth"),
        _("sixth"), _("seventh"), _("eighth"), _("ninth"), _("tenth"),
    )  # fmt: skip
    return words[nth - 1] if nth <= len(words) else f"{nth}{pgettext('ordinal of 4', 'th')}"


def _turns(waiting: list[Tile], drawing: list[Tile]) -> list[Turn]:
    authors = defaultdict(set)
    for tile in waiting:
        authors[tile.generation.mode].add(tile.generation.author_id)
    counted = Counter(_whose(tile) for tile in drawing)
    turns = []
    for tile in sorted(waiting, key=_position):
        counted[_whose(tile)] += 1
        has_others = len(authors[tile.generation.mode]) > 1
        turns.append(Turn(tile, counted[_whose(tile)], has_others))
    return turns


def _whose(tile: Tile) -> tuple[str, UUID]:
    return tile.generation.mode, tile.generation.author_id


def _position(tile: Tile) -> tuple[int, UUID]:
    return ((tile.place and tile.place.position) or 1_000_000, tile.generation.pk)


def _keys(team: Team, used: set[str]) -> list[UpstreamKey]:
    """The team's, but for a practice key beside real ones that is idle and well."""
    keys = list(upstream.listed(team))
    has_live = any(key.mode == Mode.LIVE for key in keys)
    return [
        key
        for key in keys
        if key.mode == Mode.LIVE or not has_live or key.mode in used or not key.is_usable
    ]


def _slots(keys: list[UpstreamKey], drawing: list[Tile]) -> list[Slot]:
    """What is being drawn, key by key, and free slots to fill a row; idle keys only if all are."""
    slots: list[Slot] = []
    removed = {tile.generation.upstream_key for tile in drawing} - set(keys)
    for key in (*keys, *removed):
        taken = [tile for tile in drawing if tile.generation.upstream_key_id == key.pk]
        is_shown = taken or (not drawing and not slots and key.is_usable)
        if is_shown:
            free = max(0, min(key.concurrent, A_ROW) - len(taken))
            row = [*taken, *([None] * free)]
            slots += [Slot(number, key, tile) for number, tile in enumerate(row, start=1)]
    return slots
