"""Row 1: the whole of accepting one order over REST, as work of the process that serves it.

Beside it, in turns: the least that Django and the database would need, and the same request with
admission in plain ORM.
"""

from statistics import median
from unittest.mock import patch

from tests.bench.asking import Handler, effort, rate
from tests.bench.lines import Line, report, spread
from tests.bench.web import Web, served, web

ROW = 1
ROUNDS = 7
REQUESTS = 40  # of a burst
CONNECTIONS = 16
SECONDS = 2.0  # of a burst over HTTP
MOST = 0.7e-3  # seconds on PostgreSQL
LEAST_OF_THE_LIMIT = 0.3


def measure(place: Web) -> list[Line]:
    from django.core.wsgi import get_wsgi_application

    from tests.bench import limit

    limit.prepare()
    handler, bare = get_wsgi_application(), limit.handler()
    ours: list[float] = []
    least: list[float] = []
    plain: list[float] = []
    for _ in range(ROUNDS):
        ours.append(burst(place, handler))
        least.append(burst(place, bare))
        plain.append(in_plain_orm(place, handler))
    return [*compared(place.database, ours, least, plain), over_http(place)]


def burst(place: Web, handler: Handler) -> float:
    orders = place.orders(teams=1)
    return effort(handler, [orders() for _ in range(REQUESTS)])


def in_plain_orm(place: Web, handler: Handler) -> float:
    from generations.api import ordering
    from generations.lifecycle.admit import Admission, Idempotency, Order
    from tests.lifecycle import by_orm

    def admit(order: Order, idempotency: Idempotency | None) -> Admission:
        return Admission(by_orm.admit(order, idempotency))

    with patch.object(ordering, "admit", admit):
        return burst(place, handler)


def compared(
    database: str, ours: list[float], least: list[float], plain: list[float]
) -> list[Line]:
    share = median(a / b for a, b in zip(least, ours, strict=True))
    times = median(a / b for a, b in zip(plain, ours, strict=True))
    has_target = database == "PostgreSQL"
    return [
        Line(
            ROW,
            f"{database}: work of an accept",
            f"<= {MOST * 1000} ms" if has_target else "",
            spread(ours, "ms", 1000),
            "",
            median(ours) <= MOST if has_target else None,
        ),
        Line(
            ROW,
            f"{database}: of the limit",
            f">= {LEAST_OF_THE_LIMIT:.0%}" if has_target else "",
            f"{share:.0%}",
            f"a bare view and one statement: {spread(least, 'ms', 1000)}",
            share >= LEAST_OF_THE_LIMIT if has_target else None,
        ),
        Line(
            ROW,
            f"{database}: against plain ORM",
            "",
            f"{times:.1f}x",
            f"the same with admission in plain ORM: {spread(plain, 'ms', 1000)}",
        ),
    ]


def over_http(place: Web) -> Line:
    with served(place) as port:
        rates = [rate(port, place.orders(1), CONNECTIONS, SECONDS) for _ in range(3)]
    what = f"{place.database}: accepts over {CONNECTIONS} connections"
    return Line(ROW, what, "", spread(rates, "/s"))


if __name__ == "__main__":
    with web(teams=1) as place:
        report(measure(place))
