"""When to try a delivery again: ten tries in about three days."""

from collections.abc import Callable

# Seconds before each try. Spread by a fifth, so that a receiver that comes back is not stormed.
PAUSES = [0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600]
SPREAD = 0.2


def delay(tries: int, random: Callable[[], float]) -> float | None:
    """Seconds from the end of so many tries to the next one; None when it was the last.

    `random` gives numbers from 0 to 1.
    """
    if tries >= len(PAUSES):
        return None
    return PAUSES[tries] * (1 - SPREAD + 2 * SPREAD * random())
