"""The price of a picture: the page's bands, two figures, both monotone."""

from itertools import pairwise

import pytest

from generations.credits.prices import Price, estimate


@pytest.mark.parametrize(
    ("side", "quality", "price"),
    [
        (256, "standard", Price(10, 20)),
        (512, "standard", Price(10, 20)),
        (1024, "standard", Price(15, 20)),
        (2048, "standard", Price(30, 50)),
        (512, "high", Price(13, 20)),
        (1024, "high", Price(20, 20)),
        (2048, "high", Price(50, 50)),
    ],
)
def test_the_known_points(side: int, quality: str, price: Price) -> None:
    assert estimate(side, side, quality) == price


def test_between_the_points_it_is_linear_and_rounded_up() -> None:
    assert estimate(768, 768, "standard") == Price(13, 20)  # 10 + 5 × 5/12 = 12.08…
    assert estimate(1024, 1032, "standard") == Price(16, 50)  # one row above the band


@pytest.mark.parametrize("quality", ["standard", "high"])
def test_more_pixels_never_cost_less_and_most_covers_likely(quality: str) -> None:
    prices = [estimate(side, side, quality) for side in range(256, 4097, 8)]
    for smaller, larger in pairwise(prices):
        assert smaller.likely <= larger.likely
        assert smaller.most <= larger.most
    assert all(price.likely <= price.most for price in prices)


def test_an_unknown_quality_has_no_price() -> None:
    with pytest.raises(KeyError):
        estimate(512, 512, "superb")
