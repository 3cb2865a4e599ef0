"""The batches that wait for credit: what each needs, what there is, and whose turn comes first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from generations.credits import limits
from generations.credits.limits import Standing
from generations.lifecycle import key_limits
from generations.lifecycle.desk import Sitting, Tile
from generations.lifecycle.fund import fitting
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.states import LONGEST_UNFUNDED, Status, Wait
from generations.teams.models import Team


@dataclass(frozen=True)
class Unfunded:
    """A batch that waits for credit, and what its author has now."""

    sitting: Sitting
    standing: Standing | None  # None: they have left
    nth: int = 0  # in the line for the wallet

    @property
    def needs(self) -> int:
        return sum(tile.generation.most for tile in self.sitting.tiles)

    @property
    def has(self) -> int | None:
        """None: nothing limits it."""
        return self.standing.can_spend if self.standing else 0

    @property
    def fits(self) -> int:
        """How many of its pictures could start now."""
        count = len(self.sitting.tiles)
        if self.standing is None:
            return 0
        fitting_now = fitting(self.standing, self.sitting.first.most)
        return count if fitting_now is None else min(count, fitting_now)

    @property
    def most_now(self) -> int:
        """What those may cost at most."""
        return self.fits * self.sitting.first.most

    @property
    def is_for_wallet(self) -> bool:
        return self.sitting.first.wait == Wait.WALLET

    @property
    def is_for_key(self) -> bool:
        return self.sitting.first.wait == Wait.API_KEY_DAY

    @property
    def ends_at(self) -> datetime:
        """When it is given up."""
        return self.sitting.first.created_at + timedelta(seconds=LONGEST_UNFUNDED)


def batches(team: Team, waiting: Iterable[Tile]) -> list[Unfunded]:
    """Of tiles that wait for credit, oldest first.

    The queries are of the team's members, and of each API key whose day some of them wait for;
    not of each batch.
    """
    by_batch: dict[Batch, list[Tile]] = defaultdict(list)
    for tile in waiting:
        by_batch[tile.generation.batch].append(tile)
    sittings = [Sitting(batch, shown) for batch, shown in by_batch.items()]
    members = {mode: limits.of_all(team, mode) for mode in {each.batch.mode for each in sittings}}
    turns = _turns_at_wallet(team, [each.first for each in sittings])
    of_keys: dict[tuple[str, UUID, UUID | None], Standing] = {}
    found = []
    for sitting in sittings:
        first = sitting.first
        standing = members[first.mode].get(first.author_id)
        if standing and first.wait == Wait.API_KEY_DAY:
            which = (first.mode, first.author_id, first.api_key_id)
            if which not in of_keys:
                of_keys[which] = limits.by_key(standing, key_limits.spender(first.api_key))
            standing = of_keys[which]
        found.append(Unfunded(sitting, standing, turns.get(sitting.batch.pk, 0)))
    return found


def _turns_at_wallet(team: Team, shown: Iterable[Generation]) -> dict[UUID, int]:
    """By batch, whose turn it is when a wallet has credit: the oldest's, of all of the team's.

    Read no further than to the last that is shown.
    """
    last = max((row.pk for row in shown if row.wait == Wait.WALLET), default=None)
    if last is None:
        return {}
    rows = Generation.objects.for_team(team).filter(
        status=Status.QUEUED, wait=Wait.WALLET, id__lte=last
    )
    turns: dict[str, dict[UUID, int]] = defaultdict(dict)
    for mode, batch in rows.order_by("id").values_list("mode", "batch"):
        turns[mode].setdefault(batch, len(turns[mode]) + 1)
    return {batch: turn for of_mode in turns.values() for batch, turn in of_mode.items()}
