"""Row 8: webhooks that are verified, kept once and answered, against orders that are accepted."""

import itertools
import json
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from tests.bench.asking import Handler, Post, effort, rate
from tests.bench.lines import Line, report, spread
from tests.bench.web import Web, served, web

ROW = 8
TEAMS = 50
ROUNDS = 5
REQUESTS = 40  # of a burst
SECONDS = 2.0  # of a burst over HTTP
CONNECTIONS = 16
LEAST = 0.9


class Pair(NamedTuple):
    webhooks: float
    accepts: float

    @property
    def ratio(self) -> float:
        return self.webhooks / self.accepts


def measure(place: Web) -> list[Line]:
    hooks, orders = webhooks(place), place.orders(TEAMS)
    from django.core.wsgi import get_wsgi_application

    handler = get_wsgi_application()
    work = [Pair(burst(handler, hooks), burst(handler, orders)) for _ in range(ROUNDS)]
    with served(place) as port:
        rate(port, orders, CONNECTIONS, 1.0)  # every thread has its connection
        rates = [
            Pair(
                rate(port, hooks, CONNECTIONS, SECONDS),
                rate(port, orders, CONNECTIONS, SECONDS),
            )
            for _ in range(ROUNDS)
        ]
    return [of_rates(place.database, rates), of_work(place.database, work)]


def webhooks(place: Web) -> Callable[[], Post]:
    """Each call gives the next attempt's next webhook, signed by its upstream."""
    from generations.core import signing
    from generations.keys.secrets import webhook_secrets
    from generations.lifecycle.admit import Order
    from generations.lifecycle.models import Attempt
    from generations.teams.modes import Mode
    from tests.lifecycle import by_orm
    from tests.lifecycle.orders import SPEC

    targets = []
    for script in place.scripts:
        [generation] = by_orm.admit(Order(script.membership, Mode.TEST, SPEC))
        key = generation.upstream_key
        attempt = Attempt.objects.create(generation=generation, n=1, upstream_key=key)
        targets.append((attempt.token, webhook_secrets(key)[0]))
    turns, numbers = itertools.cycle(targets), itertools.count()

    def post() -> Post:
        token, secret = next(turns)
        body = json.dumps(
            {
                "id": f"job-{next(numbers)}",
                "status": "completed",
                "url": "https://cdn.doitong.com/outputs/job.jpg",
                "service": "flux-pro",
                "createdAt": "2026-05-01T10:00:00Z",
                "completedAt": "2026-05-01T10:00:09Z",
                "metadata": {"duration": None, "width": 512, "height": 512},
            }
        ).encode()
        signed = {"X-Doitong-Signature": signing.signature(body, secret)}
        return Post(f"/hooks/in/sandbox/{token}/", body, signed)

    return post


def burst(handler: Handler, posts: Callable[[], Post]) -> float:
    return effort(handler, [posts() for _ in range(REQUESTS)])


def of_rates(database: str, pairs: list[Pair]) -> Line:
    ratio = median(pair.ratio for pair in pairs)
    return Line(
        ROW,
        f"{database}: webhooks over {CONNECTIONS} connections",
        f">= {LEAST}x the accepts",
        f"{ratio:.2f}x: {spread([pair.webhooks for pair in pairs], '/s')}",
        f"accepts: {spread([pair.accepts for pair in pairs], '/s')}",
        ratio >= LEAST,
    )


def of_work(database: str, pairs: list[Pair]) -> Line:
    return Line(
        ROW,
        f"{database}: work of a webhook",
        "",
        f"{median(pair.ratio for pair in pairs):.2f}x: "
        f"{spread([pair.webhooks for pair in pairs], 'ms', 1000)}",
        f"accept: {spread([pair.accepts for pair in pairs], 'ms', 1000)}",
    )


if __name__ == "__main__":
    with web(TEAMS) as place:
        report(measure(place))
