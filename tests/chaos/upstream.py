"""How the practice upstream misbehaves in a drill."""

import time
from typing import Any

import requests

from generations.core.crypto import derive

# The chance of each fault for each creation. 401 and 402 are left out: they stop the key itself.
HOSTILE = {
    "lost": 0.06,
    "lost-before": 0.04,
    "500": 0.04,
    "502": 0.03,
    "502-after": 0.03,
    "429": 0.01,
    "400": 0.02,
    "html": 0.02,
    "fail": 0.04,
    "slow": 0.03,
    "slow-answer": 0.02,
    "no-webhook": 0.08,
    "late-webhook": 0.05,
    "double-webhook": 0.06,
    "forged-webhook": 0.05,
    "early-webhook": 0.03,
    "wrong-cost": 0.03,
    "cost": 0.03,
    "no-cost": 0.03,
    "inside-url": 0.01,
    "not-an-image": 0.01,
    "truncated": 0.01,
    "bomb": 0.01,
    "redirect": 0.01,
}
AMOUNTS = {"slow": "4", "slow-answer": "3", "late-webhook": "4", "wrong-cost": "37", "cost": "-5"}


def make_hostile(url: str, secret: str, seed: int) -> None:
    """Waits for it to listen, then sets the rates."""
    change: dict[str, Any] = {"seed": seed, "jitter": 0.5, "rates": HOSTILE, "amounts": AMOUNTS}
    deadline = time.monotonic() + 30
    while True:
        try:
            answer = requests.post(
                f"{url}/control",
                json=change,
                headers={"X-Sandbox-Control": derive(secret, "control")},
                timeout=5,
            )
        except requests.ConnectionError:
            assert time.monotonic() < deadline, "The sandbox does not listen."
            time.sleep(0.1)
        else:
            assert answer.status_code == 200, answer.text
            return
