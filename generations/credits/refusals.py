"""Saying no to spending: which limit binds, by how much, and when it frees."""

from datetime import datetime
from math import ceil

from django.utils.formats import number_format


class Refusal(Exception):
    """Raised before anything is held. The message is a sentence for people."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        required: int,
        available: int,
        whole: int = 0,
        frees_at: datetime | None = None,
        binds: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.required = required
        self.available = available
        self.whole = whole  # the limit when nothing is used of it
        self.frees_at = frees_at
        self.binds = binds  # as Standing.binds names the limit

    def ends_for(self, amount: int) -> bool:
        """Whether waiting helps: the limit resets, and then one job of this amount fits."""
        return self.frees_at is not None and amount <= self.whole

    def resets_for(self, amount: int, count: int, before: int = 0) -> int:
        """After how many resets the last of so many jobs of this amount fits, if nothing else is
        spent but the credits that wait `before` them; 0 where waiting does not help.
        """
        if not self.ends_for(amount):
            return 0
        return ceil((count + ceil(before / amount)) / (self.whole // amount))


class Refused(ValueError):
    """Something by hand that the books do not take. The message may be shown; nothing was done."""


DAILY = "DAILY_LIMIT_EXCEEDED"
WALLET = "INSUFFICIENT_CREDITS"
FROZEN = "ACCOUNT_FROZEN"


def grouped(number: int) -> str:
    """1000 reads 1,000, in sentences."""
    return number_format(number, use_l10n=True, force_grouping=True)
