"""When to try again."""

import pytest

from generations.webhooks import schedule

HOUR = 3600.0
PAUSES = [5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


def test_the_first_try_is_at_once() -> None:
    assert schedule.delay(0, lambda: 0.9) == 0


@pytest.mark.parametrize(("tries", "pause"), list(enumerate(PAUSES, 1)))
def test_each_try_waits_longer_spread_by_a_fifth(tries: int, pause: float) -> None:
    assert schedule.delay(tries, lambda: 0.0) == pytest.approx(pause * 0.8)
    assert schedule.delay(tries, lambda: 0.5) == pytest.approx(pause)
    assert schedule.delay(tries, lambda: 1.0) == pytest.approx(pause * 1.2)


@pytest.mark.parametrize("tries", [10, 11, 1000])
def test_ten_tries_are_all(tries: int) -> None:
    assert schedule.delay(tries, lambda: 0.0) is None
