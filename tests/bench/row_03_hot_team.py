"""Row 3: orders of one team, which all meet in its wallet, against orders of fifty teams."""

from statistics import median

from tests.bench.asking import rate
from tests.bench.lines import Line, report, spread
from tests.bench.web import Web, served, web

TEAMS = 50
ROUNDS = 5
SECONDS = 3.0  # of a burst
CONNECTIONS = 16
LEAST = 0.6


def measure(place: Web) -> Line:
    one: list[float] = []
    many: list[float] = []
    with served(place) as port:
        rate(port, place.orders(TEAMS), CONNECTIONS, 1.0)  # every thread has its connection
        for _ in range(ROUNDS):
            one.append(rate(port, place.orders(1), CONNECTIONS, SECONDS))
            many.append(rate(port, place.orders(TEAMS), CONNECTIONS, SECONDS))
    ratio = median(a / b for a, b in zip(one, many, strict=True))
    return Line(
        3,
        f"{place.database}: accepts of one team",
        f">= {LEAST}x of {TEAMS} teams",
        f"{ratio:.2f}x: {spread(one, '/s')}",
        f"{TEAMS} teams: {spread(many, '/s')}",
        ratio >= LEAST,
    )


if __name__ == "__main__":
    with web(TEAMS) as place:
        report([measure(place)])
