"""What the Create page shows: generations with where each stands, batch by batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from generations.core import clock
from generations.lifecycle import progress
from generations.lifecycle.models import Batch, Generation, Generations, Series
from generations.lifecycle.places import Place, places
from generations.lifecycle.progress import Progress
from generations.lifecycle.room import expected_seconds
from generations.lifecycle.states import ACTIVE, Status, Wait
from generations.teams.models import Membership, Team, User

BATCHES = 12
SERIES = 6


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
    def is_trashed(self) -> bool:
        image = getattr(self.generation, "image", None)
        return bool(image and image.trashed_at)

    @property
    def why(self) -> str:
        """Why it waits: the keys' state from the line, else what the row says."""
        series = self.generation.batch.series
        if series and series.paused_at:
            return _("the batch is paused")
        if self.place:
            return self.place.why
        return str(Wait(self.generation.wait or Wait.TURN).label)


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
        """The tiles that are shown one by one. What is in the trash was paid for all the same."""
        folded = self.folded
        return [tile for tile in self.tiles if tile not in folded and not tile.is_trashed]

    @property
    def sheets(self) -> int:
        return len(self.shown) + bool(self.folded)

    @property
    def first(self) -> Generation:
        return self.tiles[0].generation

    @property
    def is_few(self) -> bool:
        """So few that they would be too large if they took all the room."""
        return self.sheets < 3

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
        "image", "upstream_key", "api_key", "author", "batch__style", "batch__series", "project"
    )


def tile(generation: Generation) -> Tile:
    return tiles([generation])[0]


def tiles(rows: Iterable[Generation]) -> list[Tile]:
    """A line is computed once, and only where something waits; a key's pace where it draws."""
    rows = list(rows)
    keys = {row.upstream_key_id: row.upstream_key for row in rows if not row.is_final}
    lines = {(row.team_id, row.mode) for row in rows if row.status == Status.QUEUED}
    found = {row: place for line in lines for row, place in places(*line).items()}
    expected = {key: expected_seconds(keys[key]) for key in keys}
    return [_tile(row, found, expected) for row in rows]


def _tile(row: Generation, found: dict[UUID, Place], expected: dict[UUID, int]) -> Tile:
    elapsed = clock.now() - row.claimed_at if row.claimed_at else timedelta()
    return Tile(
        generation=row,
        place=found.get(row.pk),
        seconds=max(0.0, elapsed.total_seconds()),
        expected=expected.get(row.upstream_key_id, 0),
    )


def recent(membership: Membership) -> QuerySet[Batch]:
    """The member's batches of the last day, newest first; a series is one line, and none here."""
    since = clock.now() - timedelta(days=1)
    batches = Batch.objects.for_team(membership.team).filter(author=membership.user, series=None)
    return batches.filter(created_at__gte=since).order_by("-id")[:BATCHES]


def sittings(membership: Membership) -> list[Sitting]:
    """But for those of which everything is in the trash."""
    found = seen(recent(membership), membership.team)
    return [sitting for sitting in found if sitting.sheets]


def recent_series(membership: Membership) -> list[Progress]:
    """The member's of the last day, newest first."""
    since = clock.now() - timedelta(days=1)
    rows = Series.objects.for_team(membership.team).filter(author=membership.user)
    newest = rows.filter(created_at__gte=since).select_related("author").order_by("-id")
    return progress.of_each(list(newest[:SERIES]))


def sitting(batch: Batch) -> Sitting:
    return seen(Batch.objects.filter(pk=batch.pk), batch.team)[0]


def seen(batches: QuerySet[Batch], team: Team) -> list[Sitting]:
    rows = generations(team).order_by("id")
    found = list(batches.select_related("style").prefetch_related(Prefetch("generations", rows)))
    shown = iter(tiles(row for batch in found for row in batch.generations.all()))
    return [Sitting(batch, [next(shown) for row in batch.generations.all()]) for batch in found]
