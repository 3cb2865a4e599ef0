"""Which of the two kinds of money a team may choose between, and which it is where nobody does."""

from generations.keys import upstream
from generations.teams.models import Team
from generations.teams.modes import Mode


def modes(team: Team) -> list[Mode]:
    """What there is a key for, real spend first; practice where there is none at all.

    Also where the key cannot be used now: a choice that vanished would not say why.
    """
    return _offered(set(upstream.listed(team).values_list("mode", flat=True)))


def usual_mode(team: Team) -> Mode:
    """The first that can be made with now, else the first there is."""
    keys = list(upstream.listed(team))
    usable = {key.mode for key in keys if key.is_usable}
    offered = _offered({key.mode for key in keys})
    return next((mode for mode in offered if mode in usable), offered[0])


def _offered(kept: set[str]) -> list[Mode]:
    return [mode for mode in Mode if mode in kept] or [Mode.TEST]
