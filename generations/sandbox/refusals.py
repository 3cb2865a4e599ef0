"""Answers that go wrong on purpose."""

import time
from collections.abc import Mapping

from generations.sandbox.faults import DELIVERIES, REFUSALS
from generations.sandbox.wire import (
    HangUp,
    Instead,
    Reply,
    WireError,
    bad,
    broke,
    limited,
    reply_text,
    unauthorized,
)

GATEWAY = """<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>sandbox</center></body></html>
"""
MAINTENANCE = """<!doctype html><title>Back soon</title><h1>We are doing some maintenance</h1>
"""


def refuse(chosen: Mapping[str, str], cost: int) -> None:
    """Raises what the first refusal among the faults says; nothing has been created yet."""
    fault = next((name for name in REFUSALS if name in chosen), None)
    now = time.time()
    match fault:
        case "lost-before":
            raise HangUp
        case "400":
            raise bad("The prompt was refused", "prompt")
        case "401":
            raise unauthorized()
        case "402":
            raise broke(cost, 0)
        case "429":
            raise limited("Rate limit exceeded", int(now) + 2, now)
        case "500":
            raise WireError(500, "INTERNAL_SERVER_ERROR", "Server error, please retry")
        case "502":
            raise Instead(gateway())
        case "html":
            raise Instead(reply_text(MAINTENANCE, 200, "text/html"))


def delivery(chosen: Mapping[str, str]) -> Reply | HangUp | None:
    """What becomes of the answer to a creation that took place."""
    fault = next((name for name in DELIVERIES if name in chosen), None)
    if fault is None:
        return None
    return HangUp() if fault == "lost" else gateway()


def gateway() -> Reply:
    return reply_text(GATEWAY, 502, "text/html")
