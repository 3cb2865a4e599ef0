"""What a picture costs, within the vendor's bands, by pixels and quality."""

from itertools import pairwise

SIZES = (512 * 512, 1024 * 1024, 2048 * 2048)
CREDITS = {"standard": (10, 15, 30), "high": (13, 20, 50)}


def price(width: int, height: int, quality: str) -> int:
    """Whole credits, linear between the corners, rounded up."""
    pixels = width * height
    corners = list(zip(SIZES, CREDITS[quality], strict=True))
    for (small, low), (large, high) in pairwise(corners):
        if pixels <= large:
            beyond = max(0, pixels - small)
            return low - (-beyond * (high - low) // (large - small))
    return corners[-1][1]
