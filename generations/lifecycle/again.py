"""Trying several failures again with one press: said before it, and done as it was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generations.credits.prices import Price
from generations.credits.refusals import Refusal
from generations.keys.upstream import NoUsableKey
from generations.lifecycle import retry as retrying
from generations.lifecycle.models import Generation
from generations.lifecycle.quote import Quote, Quotes
from generations.lifecycle.states import MOST_RESETS
from generations.providers.catalogue import SpecError
from generations.teams.models import Membership, Waits


@dataclass(frozen=True)
class Again:
    """Each once more, in this order. `now` fits; `later` does not, or not yet."""

    now: Sequence[Quote]
    later: Sequence[Quote]
    bound: Sequence[Quote]  # of those later ones, what the refusal is about: those of its mode
    refusal: Refusal | None  # of all of a mode together
    trouble: str  # with the keys
    usual: str  # what the team lets wait, one of Waits

    @property
    def count(self) -> int:
        return len(self.now) + len(self.later)

    @property
    def price(self) -> Price:
        """Of all of them."""
        return _sum([*self.now, *self.later])

    @property
    def price_now(self) -> Price:
        return _sum(self.now)

    @property
    def reason(self) -> str:
        return self.trouble or (self.refusal.message if self.refusal else "")

    @property
    def resets(self) -> int:
        """After how many resets of the daily limit the last of them starts; 0: none helps."""
        if self.refusal is None or self.refusal.frees_at is None or not self.bound:
            return 0
        most = max(quote.each.most for quote in self.bound)
        return self.refusal.resets_for(most, len(self.bound), self.bound[0].ask_waiting())

    @property
    def can_wait(self) -> bool:
        return not self.trouble and 0 < self.resets <= MOST_RESETS

    @property
    def can_wait_for_credit(self) -> bool:
        return not self.trouble and self.refusal is not None and self.refusal.binds == "wallet"

    @property
    def waits(self) -> bool:
        """Whether the press queues what does not fit now, as the team has set it."""
        return (self.usual != Waits.NOTHING and self.can_wait) or (
            self.usual == Waits.CREDIT and self.can_wait_for_credit
        )


def again(quotes: Quotes, failures: Iterable[Generation]) -> Again:
    """What pressing would do now. Failures of both modes are each held against their own means."""
    now, later = list[Quote](), list[Quote]()
    left: dict[str, int | None] = {}
    asked: dict[str, int] = {}
    for failure in failures:
        one, mode = quotes.again(failure), failure.mode
        asked[mode] = asked.get(mode, 0) + one.price.most
        rest = left.setdefault(mode, one.standing.can_spend)
        if one.trouble or (rest is not None and rest < one.price.most):
            later.append(one)
            continue
        left[mode] = None if rest is None else rest - one.price.most
        now.append(one)
    means = {mode: quotes.means(mode) for mode in asked}
    refusals = {mode: standing.refusal(asked[mode]) for mode, (standing, _) in means.items()}
    binding = next((mode for mode, refusal in refusals.items() if refusal), "")
    return Again(
        now,
        later,
        bound=[quote for quote in later if quote.standing.account.mode == binding],
        refusal=refusals.get(binding),
        trouble=next((trouble for _standing, trouble in means.values() if trouble), ""),
        usual=quotes.membership.team.waits_for,
    )


def retry_each(
    failures: Iterable[Generation], membership: Membership, waits_for: str = ""
) -> tuple[list[Generation], str]:
    """Whatever fits, or may wait. What was asked for, and why the first of the others was not."""
    asked: list[Generation] = []
    refused = ""
    for failure in failures:
        try:
            admission = retrying.retry(failure, membership, waits_for)
        except (Refusal, NoUsableKey, SpecError) as refusal:
            refused = refused or str(refusal)
        else:
            asked += [] if admission.replayed else admission.generations
    return asked, refused


def _sum(quotes: Iterable[Quote]) -> Price:
    prices = [quote.price for quote in quotes]
    return Price(sum(price.likely for price in prices), sum(price.most for price in prices))
