"""Saying no to spending: which limit binds, by how much, and when it frees."""

from datetime import datetime


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
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.required = required
        self.available = available
        self.whole = whole  # the limit when nothing is used of it
        self.frees_at = frees_at

    def ends_for(self, amount: int) -> bool:
        """Whether waiting helps: the limit resets, and then one job of this amount fits."""
        return self.frees_at is not None and amount <= self.whole


DAILY = "DAILY_LIMIT_EXCEEDED"
WALLET = "INSUFFICIENT_CREDITS"
FROZEN = "ACCOUNT_FROZEN"
