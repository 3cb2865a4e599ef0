"""What a picture costs, before it is made: the bands of the upstream's own price list.

*Likely* is what the upstream usually charges, *most* what its page allows it to charge.
Both are whole credits and monotone in pixels.
"""

from dataclasses import dataclass

SMALL, MEDIUM, LARGE = 512 * 512, 1024 * 1024, 2048 * 2048
LIKELY = {"standard": (10, 15, 30), "high": (13, 20, 50)}  # at SMALL, MEDIUM, LARGE
MOST_UP_TO_MEDIUM, MOST_ABOVE = 20, 50


@dataclass(frozen=True)
class Price:
    likely: int
    most: int

    def times(self, count: int) -> "Price":
        return Price(self.likely * count, self.most * count)


def estimate(width: int, height: int, quality: str) -> Price:
    """Raises KeyError for a quality that has no price."""
    pixels = width * height
    at_small, at_medium, at_large = LIKELY[quality]
    if pixels <= SMALL:
        likely = at_small
    elif pixels <= MEDIUM:
        likely = _between(pixels, SMALL, MEDIUM, at_small, at_medium)
    else:
        likely = _between(pixels, MEDIUM, LARGE, at_medium, at_large)
    most = MOST_UP_TO_MEDIUM if pixels <= MEDIUM else MOST_ABOVE
    return Price(likely, max(most, likely))


def _between(pixels: int, low: int, high: int, at_low: int, at_high: int) -> int:
    """Linear between two known prices, rounded up; the same slope goes on above the last."""
    return at_low - (-(at_high - at_low) * (pixels - low) // (high - low))
