"""Misbehaviour on demand: by marks such as `[[slow 5]]` in a prompt, or by seeded chance.

A number after a refusal says how often it happens for that prompt: `[[500 1]]` fails once.
"""

import re
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from generations.sandbox.wire import bad

# Nothing is created. In this order, the first that applies wins.
REFUSALS = ("lost-before", "400", "401", "402", "429", "500", "502", "html")
# Created, but the answer goes missing.
DELIVERIES = ("lost", "502-after")
TIMINGS = {"slow": 5.0, "slow-answer": 5.0, "late-webhook": 8.0}  # usual seconds
ENDINGS = ("fail",)
WEBHOOKS = ("no-webhook", "late-webhook", "double-webhook", "forged-webhook", "early-webhook")
COSTS = ("wrong-cost", "cost", "no-cost")
PLACES = ("inside-url", "metadata-url", "other-host")
CONTENTS = ("bomb", "not-an-image", "truncated", "svg", "drip", "big", "redirect")
LOOKS = ("seed", "png")
KNOWN = frozenset(
    (*REFUSALS, *DELIVERIES, *TIMINGS, *ENDINGS, *WEBHOOKS, *COSTS, *PLACES, *CONTENTS, *LOOKS)
)
_MARK = re.compile(r"\[\[\s*([a-z0-9-]+)(?:\s+([^\s\]]{1,40}))?\s*\]\]")


def marks(prompt: str) -> dict[str, str]:
    """What the prompt asks for: names with their argument, or ''."""
    return {name: value for name, value in _MARK.findall(prompt) if name in KNOWN}


def plain(prompt: str) -> str:
    """The prompt without its marks."""
    return " ".join(_MARK.sub(" ", prompt).split())


def seconds(chosen: Mapping[str, str], name: str) -> float:
    """The argument of a timing, at most ten minutes, or its usual length."""
    return min(600.0, max(0.0, number(chosen.get(name, ""), TIMINGS[name])))


def number(text: str, otherwise: float) -> float:
    return float(text) if re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", text) else otherwise


class Faults:
    """Not locked: the studio's lock covers it."""

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self.amounts: dict[str, str] = {}  # the argument a fault by chance gets
        self._random = Random(0)  # noqa: S311  # chaos must be repeatable
        self._happened: Counter[tuple[str, str, str]] = Counter()

    def choose(self, label: str, prompt: str) -> dict[str, str]:
        """What goes wrong with this creation."""
        asked = marks(prompt)
        chosen = {
            name: value for name, value in asked.items() if self._again(label, prompt, name, value)
        }
        for name, rate in sorted(self.rates.items()):
            if self._random.random() < rate:
                chosen.setdefault(name, self.amounts.get(name, ""))
        return chosen

    def reseed(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  # chaos must be repeatable

    def set_rates(self, rates: Any) -> None:
        """In place of the earlier ones. Raises WireError 400."""
        for name, rate in _object(rates, "rates").items():
            if name not in KNOWN:
                raise bad(f"Unknown fault {name}", name)
            if not isinstance(rate, int | float) or not 0 <= rate <= 1:
                raise bad(f"The rate of {name} must be between 0 and 1", name)
        self.rates = {name: float(rate) for name, rate in rates.items()}

    def set_amounts(self, amounts: Any) -> None:
        for name in _object(amounts, "amounts"):
            if name not in KNOWN:
                raise bad(f"Unknown fault {name}", name)
        self.amounts = {name: str(amount) for name, amount in amounts.items()}

    def _again(self, label: str, prompt: str, name: str, value: str) -> bool:
        if name not in REFUSALS or not value.isdecimal():
            return True
        self._happened[label, prompt, name] += 1
        return self._happened[label, prompt, name] <= int(value)


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad(f"{name} must be an object", name)
    return value
