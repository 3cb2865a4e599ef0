"""What a click would cost and whether it may be made: said before the click."""

from dataclasses import dataclass

from generations.credits import limits, prices
from generations.credits.limits import Standing
from generations.credits.prices import Price
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.teams.models import Membership


@dataclass(frozen=True)
class Quote:
    """Credits for `count` pictures of one size, against what the member may spend now."""

    count: int
    each: Price
    standing: Standing
    refusal: Refusal | None
    trouble: str  # with the team's keys; empty where there is none

    @property
    def price(self) -> Price:
        return self.each.times(self.count)

    @property
    def can_wait(self) -> bool:
        """Whether the pictures may be queued for the reset instead."""
        return self.refusal is not None and self.refusal.ends_for(self.each.most)

    @property
    def is_refused(self) -> bool:
        return bool(self.refusal or self.trouble)


def quote(
    membership: Membership, mode: str, size: tuple[int, int], quality: str, count: int
) -> Quote:
    each = prices.estimate(*size, quality)
    standing = limits.now(membership, mode)
    trouble = ""
    try:
        upstream.pick(membership.team, mode)
    except upstream.NoUsableKey as error:
        trouble = str(error)
    return Quote(count, each, standing, standing.refusal(each.most * count), trouble)
