"""Who may call the sandbox, on what plan, with how many credits left.

Keys are derived, not stored: whoever knows SANDBOX_SECRET can name the key of any label.
"""

import hmac
import math
import re
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from generations.core.crypto import derive
from generations.sandbox.wire import bad, broke, limited, unauthorized

MINUTE = 60.0
DAY = 86400
# The vendor's own polling sample asks 30 times a minute, so reading has a wider window.
READS_PER_WRITE = 10
_KEY = re.compile(r"sandbox_([A-Za-z0-9-]{1,64})_([0-9a-f]{32})")
Kind = Literal["write", "read"]


def api_key(secret: str, label: str) -> str:
    return f"sandbox_{label}_{derive(secret, f'key:{label}')[:32]}"


def webhook_secret(secret: str, label: str) -> str:
    return "whsec_" + derive(secret, f"webhook:{label}")


@dataclass(frozen=True)
class Plan:
    """None means no limit."""

    rpm: int = 3000
    concurrent: int | None = None
    daily: int | None = None  # jobs in one UTC day
    credits: int = 1_000_000

    def changed(self, news: Any) -> "Plan":
        """This plan with some figures set anew. Raises WireError 400."""
        if not isinstance(news, dict):
            raise bad("A plan is an object", "plan")
        for name, value in news.items():
            if name not in ("rpm", "concurrent", "daily", "credits"):
                raise bad(f"Unknown figure {name}", name)
            may_be_open = name in ("concurrent", "daily")
            if not (type(value) is int and value >= 0) and not (may_be_open and value is None):
                raise bad(f"{name} must be a whole number", name)
        return replace(self, **news)


@dataclass
class Account:
    label: str
    plan: Plan
    credits: int
    running: int = 0
    day: int = 0
    made_today: int = 0
    calls: dict[Kind, deque[float]] = field(
        default_factory=lambda: {"write": deque(), "read": deque()}
    )

    def count_call(self, kind: Kind) -> None:
        """One more request in its sliding minute. Raises WireError 429."""
        now = time.time()
        window = self._window(kind, now)
        if len(window) >= self._limit(kind):
            raise limited("Rate limit exceeded", self._reset(kind, now), now)
        window.append(now)

    def take(self, cost: int) -> None:
        """Begin a job. Raises WireError 402 or 429."""
        now = time.time()
        today = int(now) // DAY
        if today != self.day:
            self.day, self.made_today = today, 0
        if self.plan.daily is not None and self.made_today >= self.plan.daily:
            raise limited("Daily limit reached", (today + 1) * DAY, now)
        if self.plan.concurrent is not None and self.running >= self.plan.concurrent:
            raise limited("Too many concurrent jobs", math.ceil(now) + 2, now)
        if cost > self.credits:
            raise broke(cost, self.credits)
        self.credits -= cost
        self.running += 1
        self.made_today += 1

    def recount(self, cost: int, day: int, *, is_running: bool) -> None:
        """A job of before a restart; `day` counts from 1970. Oldest first."""
        if day != self.day:
            self.day, self.made_today = day, 0
        self.made_today += 1
        self.credits = max(0, self.credits - cost)
        self.running += is_running

    def rate_headers(self, kind: Kind) -> dict[str, str]:
        now = time.time()
        limit, used = self._limit(kind), len(self._window(kind, now))
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": str(self._reset(kind, now)),
        }

    def _limit(self, kind: Kind) -> int:
        return self.plan.rpm * (READS_PER_WRITE if kind == "read" else 1)

    def _window(self, kind: Kind, now: float) -> deque[float]:
        window = self.calls[kind]
        while window and window[0] <= now - MINUTE:
            window.popleft()
        return window

    def _reset(self, kind: Kind, now: float) -> int:
        """Unix seconds at which the oldest call leaves the window."""
        window = self.calls[kind]
        return math.ceil((window[0] if window else now) + MINUTE)


class Accounts:
    """Not locked: the studio's lock covers it."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.plan = Plan()
        self.plans: dict[str, Plan] = {}
        self._known: dict[str, Account] = {}

    def identify(self, key: str) -> Account:
        """Raises WireError 401."""
        match = _KEY.fullmatch(key)
        if match is None or not hmac.compare_digest(key, api_key(self.secret, match[1])):
            raise unauthorized()
        return self.of(match[1])

    def of(self, label: str) -> Account:
        plan = self.plans.get(label, self.plan)
        return self._known.setdefault(label, Account(label, plan, plan.credits))

    def set_plan(self, label: str, news: Any) -> None:
        account = self.of(label)
        self.plans[label] = account.plan = account.plan.changed(news)
        if "credits" in news:
            account.credits = account.plan.credits

    def set_usual_plan(self, news: Any) -> None:
        """For labels seen from now on, and for those without a plan of their own."""
        self.plan = self.plan.changed(news)
        for label, account in self._known.items():
            if label not in self.plans:
                account.plan = self.plan
                account.credits = self.plan.credits if "credits" in news else account.credits
