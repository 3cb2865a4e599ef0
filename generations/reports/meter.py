"""What is left, for the masthead of every page."""

from dataclasses import dataclass

from generations.credits import limits
from generations.credits.limits import Standing
from generations.lifecycle.drafts import usual_mode
from generations.teams.models import Membership
from generations.teams.modes import Mode


@dataclass(frozen=True)
class Meter:
    standing: Standing
    is_practice: bool


def meter(membership: Membership, mode: str | None = None) -> Meter:
    """Of the mode that the composer is set to, else of its usual one. Four queries or five."""
    chosen = mode if mode in Mode.values else usual_mode(membership)
    return Meter(limits.now(membership, chosen), chosen == Mode.TEST)
