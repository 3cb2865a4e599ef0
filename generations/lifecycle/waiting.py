"""The team's queue at this moment, as the Queue page shows it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from generations.core import clock
from generations.keys.models import UpstreamKey
from generations.lifecycle.desk import Sitting, Tile, tiles, visible
from generations.lifecycle.models import Batch
from generations.lifecycle.states import ACTIVE, Status
from generations.teams.models import Team, User

FAILURES = 10
MOST = 200  # on the page; the oldest come first


@dataclass(frozen=True)
class Slot:
    """A place at a shared key's upstream, taken or free."""

    number: int
    key: UpstreamKey
    tile: Tile | None


@dataclass(frozen=True)
class Line:
    """The team's queue at this moment."""

    slots: list[Slot]
    waiting: list[Tile]
    for_credit: list[Sitting]
    failed: list[Tile]

    @property
    def drawing(self) -> list[Tile]:
        return [slot.tile for slot in self.slots if slot.tile]

    @property
    def title(self) -> str:
        """ "Three drawing, five waiting"."""
        drawing = _("%(number)s drawing") % {"number": apnumber(len(self.drawing))}
        waiting = _("%(number)s waiting") % {"number": apnumber(len(self.waiting))}
        parts = [drawing] * bool(self.drawing) + [waiting] * bool(self.waiting)
        return capfirst(", ".join(parts)) or _("Queue")

    @property
    def held(self) -> int:
        return sum(tile.generation.most for tile in (*self.drawing, *self.waiting))

    @property
    def is_empty(self) -> bool:
        return not (self.drawing or self.waiting or self.for_credit or self.failed)


def the_line(team: Team, reader: User) -> Line:
    rows = visible(team, reader)
    shown = tiles(rows.filter(status__in=[Status.QUEUED, *ACTIVE]).order_by("id")[:MOST])
    recent = rows.filter(
        status=Status.FAILED,
        retries=None,
        created_at__gte=clock.now() - timedelta(days=1),
    )
    waiting = [tile for tile in shown if tile.look == "waiting"]
    return Line(
        slots=_slots(team, [tile for tile in shown if tile.look == "drawing"]),
        waiting=sorted(waiting, key=_turn),
        for_credit=_by_batch(tile for tile in shown if tile.look == "credit"),
        failed=tiles(recent.order_by("-id")[:FAILURES]),
    )


def _by_batch(waiting: Iterable[Tile]) -> list[Sitting]:
    found: dict[Batch, list[Tile]] = defaultdict(list)
    for tile in waiting:
        found[tile.generation.batch].append(tile)
    return [Sitting(batch, tiles) for batch, tiles in found.items()]


def _turn(tile: Tile) -> tuple[int, UUID]:
    position = tile.place.position if tile.place else None
    return (position or 1_000_000, tile.generation.pk)


def _slots(team: Team, drawing: list[Tile]) -> list[Slot]:
    """What is being drawn, key by key, and free slots to fill one row of three."""
    slots = []
    keys = UpstreamKey.objects.for_team(team).filter(removed_at=None).order_by("created_at")
    for key in keys:
        taken = [tile for tile in drawing if tile.generation.upstream_key_id == key.pk]
        if not taken:
            continue
        free = max(0, min(key.concurrent, 3) - len(taken))
        row = [*taken, *([None] * free)]
        slots += [Slot(number, key, tile) for number, tile in enumerate(row, start=1)]
    return slots
