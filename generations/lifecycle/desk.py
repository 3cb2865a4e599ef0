"""What the Create page shows: generations with where each stands, batch by batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from generations.core import clock
from generations.lifecycle import line
from generations.lifecycle.line import Place
from generations.lifecycle.models import Batch, Generation, Generations
from generations.lifecycle.states import ACTIVE, Status, Wait
from generations.teams.models import Membership, Team, User

BATCHES = 12


@dataclass(frozen=True)
class Tile:
    """One generation as people see it. Seconds since it was sent, and of how many."""

    generation: Generation
    place: Place | None = None
    seconds: float = 0.0
    expected: int = 0

    @property
    def elapsed(self) -> int:
        return int(self.seconds)

    @property
    def is_over(self) -> bool:
        """Whether it takes longer than such pictures lately did."""
        return self.elapsed > self.expected

    @property
    def look(self) -> str:
        """Which piece draws it: a picture, or one of the sheets that are not yet one."""
        status = self.generation.status
        if status == Status.QUEUED:
            return "waiting" if self.generation.hold_id else "credit"
        return "drawing" if status in ACTIVE else status

    @property
    def why(self) -> str:
        """Why it waits: the key's state from the line, else what the row says."""
        reason = self.place.reason if self.place else Wait(self.generation.wait or Wait.TURN)
        slots = self.generation.upstream_key.concurrent
        if reason == Wait.CONCURRENCY and slots > 1:
            return _("all %(number)s slots busy") % {"number": apnumber(slots)}
        return str(reason.label)


@dataclass(frozen=True)
class Sitting:
    """A batch and its tiles. All its generations were asked for with one spec."""

    batch: Batch
    tiles: list[Tile]

    @property
    def folded(self) -> list[Tile]:
        """Two or more that wait for credit, shown as one; all that waits for one reset."""
        waiting = [tile for tile in self.tiles if tile.look == "credit"]
        return waiting if len(waiting) > 1 else []

    @property
    def shown(self) -> list[Tile]:
        """The tiles that are shown one by one."""
        folded = self.folded
        return [tile for tile in self.tiles if tile not in folded]

    @property
    def sheets(self) -> int:
        return len(self.shown) + bool(self.folded)

    @property
    def first(self) -> Generation:
        return self.tiles[0].generation

    @property
    def held(self) -> int:
        """Credits that were promised for it; while it runs, without those given back by now."""
        given_back = () if self.is_over else (Status.CANCELLED, Status.FAILED)
        return sum(
            tile.generation.most
            for tile in self.tiles
            if tile.generation.hold_id and tile.generation.status not in given_back
        )

    @property
    def charged(self) -> int:
        return sum(tile.generation.charged or 0 for tile in self.tiles)

    @property
    def is_over(self) -> bool:
        return all(tile.generation.is_final for tile in self.tiles)

    @property
    def returned(self) -> int:
        return self.held - self.charged


def visible(team: Team, reader: User) -> Generations:
    """The team's, but for those of which another member keeps the picture private."""
    return generations(team).seen_by(reader)


def generations(team: Team) -> Generations:
    """With everything a tile shows."""
    return Generation.objects.for_team(team).select_related(
        "image", "upstream_key", "author", "batch", "project"
    )


def tile(generation: Generation) -> Tile:
    return tiles([generation])[0]


def tiles(rows: Iterable[Generation]) -> list[Tile]:
    """The line is computed once per shared key, and only where something waits or is drawn."""
    rows = list(rows)
    keys = {row.upstream_key_id: row.upstream_key for row in rows if not row.is_final}
    waits = {row.upstream_key_id for row in rows if row.status == Status.QUEUED}
    places = {row: place for key in waits for row, place in line.places(keys[key]).items()}
    expected = {key: line.expected_seconds(keys[key]) for key in keys}
    return [_tile(row, places, expected) for row in rows]


def _tile(row: Generation, places: dict[UUID, Place], expected: dict[UUID, int]) -> Tile:
    elapsed = clock.now() - row.claimed_at if row.claimed_at else timedelta()
    return Tile(
        generation=row,
        place=places.get(row.pk),
        seconds=max(0.0, elapsed.total_seconds()),
        expected=expected.get(row.upstream_key_id, 0),
    )


def sittings(membership: Membership) -> list[Sitting]:
    """The member's batches of the last day, newest first."""
    since = clock.now() - timedelta(days=1)
    batches = Batch.objects.for_team(membership.team).filter(author=membership.user)
    return seen(batches.filter(created_at__gte=since).order_by("-id")[:BATCHES], membership.team)


def sitting(batch: Batch) -> Sitting:
    return seen(Batch.objects.filter(pk=batch.pk), batch.team)[0]


def seen(batches: QuerySet[Batch], team: Team) -> list[Sitting]:
    rows = generations(team).order_by("id")
    found = list(batches.prefetch_related(Prefetch("generations", rows)))
    shown = iter(tiles(row for batch in found for row in batch.generations.all()))
    return [Sitting(batch, [next(shown) for row in batch.generations.all()]) for batch in found]
