"""What a click would cost, what binds and when there is more: said before the click.

Of a person, a plan, an API key and the wallet limits.now tells; of the shared keys, keys_today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial

from django.utils.translation import gettext as _

from generations.credits import limits, prices
from generations.credits.limits import Standing
from generations.credits.prices import Price
from generations.credits.refusals import Refusal, grouped
from generations.keys import upstream
from generations.lifecycle import keys_today
from generations.lifecycle.admit import waiting_before
from generations.lifecycle.keys_today import KeysToday
from generations.lifecycle.models import Generation
from generations.lifecycle.states import MOST_RESETS
from generations.providers import catalogue
from generations.teams.models import Membership, Waits


@dataclass(frozen=True)
class Smaller:
    """So many pictures in a usual shape, which fit."""

    count: int
    ratio: str


@dataclass(frozen=True)
class Quote:
    """Credits for `count` pictures of one size, against what the member may spend now."""

    size: tuple[int, int]
    quality: str
    count: int
    standing: Standing
    refusal: Refusal | None
    trouble: str  # with the team's keys; empty where there is none
    # Read only where somebody wants to know:
    ask_keys: Callable[[], KeysToday | None]
    ask_waiting: Callable[[], int]  # credits of what waits for a reset before it

    @property
    def each(self) -> Price:
        return prices.estimate(*self.size, self.quality)

    @property
    def price(self) -> Price:
        return self.each.times(self.count)

    @cached_property
    def keys_today(self) -> KeysToday | None:
        return self.ask_keys()

    @property
    def resets(self) -> int:
        """After how many resets of the daily limit the last one starts; 0 where none helps."""
        if self.refusal is None or self.refusal.frees_at is None:
            return 0
        return self.refusal.resets_for(self.each.most, self.count, self.ask_waiting())

    @property
    def a_day(self) -> int:
        """How many of them a whole daily limit is enough for."""
        return self.refusal.whole // self.each.most if self.refusal else 0

    @property
    def can_wait(self) -> bool:
        """Whether the pictures may be queued for the reset instead, or for a few of them."""
        return not self.trouble and 0 < self.resets <= MOST_RESETS

    @property
    def can_wait_for_credit(self) -> bool:
        """Whether they may be queued until there is credit in the wallet."""
        return not self.trouble and self.refusal is not None and self.refusal.binds == "wallet"

    @property
    def waits(self) -> bool:
        """Whether the click queues them for that, as the team has set it."""
        usual = self.standing.membership.team.waits_for
        return (usual != Waits.NOTHING and self.can_wait) or (
            usual == Waits.CREDIT and self.can_wait_for_credit
        )

    @property
    def reason(self) -> str:
        """Why the pictures are not made at once: what binds, and when it frees. Else empty."""
        return self.trouble or (self.refusal.message if self.refusal else "")

    @property
    def brief(self) -> str:
        """The reason in a few words, for where there is little room."""
        refusal = self.refusal
        if self.trouble or refusal is None:
            return self.trouble
        if refusal.binds == "frozen":
            return _("The team’s account is frozen.")
        figures = {"left": grouped(refusal.available), "most": grouped(refusal.required)}
        if refusal.binds == "wallet":
            return _("It may cost {most}, and the wallet has {left}.").format(**figures)
        if refusal.required > refusal.whole:
            return _("It may cost {most}, more than you have for a whole day.").format(**figures)
        return _("It may cost {most}, and {left} are left today.").format(**figures)

    @property
    def starts_later(self) -> str:
        """A sentence, where the shared keys' own day has no room for all of it; else empty."""
        today = self.keys_today
        if today is None or self.count <= today.left:
            return ""
        return today.sentence(self.standing.membership.team)

    @property
    def fewer(self) -> int:
        """How many of them fit now, where that is fewer than asked for; 0 where none does."""
        return self._left // self.each.most if self.refusal else 0

    @property
    def smaller(self) -> Smaller | None:
        """More pictures than `fewer` that fit in the usual shape nearest to this one."""
        if self.refusal is None:
            return None
        preset = catalogue.nearest(*self.size)
        most = prices.estimate(preset.width, preset.height, self.quality).most
        count = min(self.count, self._left // most)
        return Smaller(count, preset.ratio) if count > self.fewer else None

    @property
    def _left(self) -> int:
        """By all limits together: the refusal tells one, and another may leave less."""
        return self.standing.can_spend or 0

    @property
    def is_refused(self) -> bool:
        """Whether the click would be in vain."""
        return bool(self.refusal or self.trouble) and not self.waits


class Quotes:
    """For one member. What they may spend, and the keys' trouble, are read once for each mode."""

    def __init__(self, membership: Membership) -> None:
        self.membership = membership
        self._means: dict[str, tuple[Standing, str]] = {}
        self._waiting = cache(partial(waiting_before, membership))

    def means(self, mode: str) -> tuple[Standing, str]:
        """What the member may spend, and the trouble with the team's keys."""
        if mode not in self._means:
            self._means[mode] = limits.now(self.membership, mode), self._trouble(mode)
        return self._means[mode]

    def of(self, mode: str, size: tuple[int, int], quality: str, count: int = 1) -> Quote:
        standing, trouble = self.means(mode)
        most = prices.estimate(*size, quality).most

        def ask_keys() -> KeysToday | None:
            return keys_today.of_team(self.membership.team, mode, most)

        refusal = standing.refusal(most * count)
        ask_waiting = partial(self._waiting, mode)
        return Quote(size, quality, count, standing, refusal, trouble, ask_keys, ask_waiting)

    def again(self, generation: Generation, count: int = 1) -> Quote:
        """For asking once more for what ended without a picture."""
        size = (generation.width, generation.height)
        return self.of(generation.mode, size, generation.quality, count)

    def _trouble(self, mode: str) -> str:
        try:
            upstream.pick(self.membership.team, mode)
        except upstream.NoUsableKey as error:
            return str(error)
        return ""


def quote(
    membership: Membership, mode: str, size: tuple[int, int], quality: str, count: int
) -> Quote:
    return Quotes(membership).of(mode, size, quality, count)
