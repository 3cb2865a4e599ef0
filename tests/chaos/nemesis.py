"""Kills one of the hub's processes every other second, and crashes its database now and then."""

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.chaos.postgres import Postgres
from tests.chaos.services import Hub
from tests.processes import Process

# How often each part is struck, in relation to the others.
DECK = ["worker"] * 3 + ["web"] * 2
DECK += ["pusher", "monitor", "sentinel", "main", "group", "supervisor", "web worker"]
DIES_WITHIN = 2.0  # seconds


@dataclass(frozen=True)
class Fault:
    kind: str
    at: float  # Unix seconds


@dataclass
class Nemesis:
    hub: Hub
    postgres: Postgres | None
    random: Random
    every: float  # seconds
    crashes_at: list[float]  # shares of the load after which the database crashes
    faults: list[Fault] = field(default_factory=list)
    misses: int = 0  # the chosen part was not there, or had ended by itself
    _deck: list[str] = field(default_factory=list)
    _next: float = 0.0

    def strike(self, progress: float) -> None:
        """Do what is due; `progress` is the share of the load that has been sent."""
        if self.postgres and self.crashes_at and progress >= self.crashes_at[0]:
            self.crashes_at.pop(0)
            at = time.time()
            self.postgres.crash()
            self.postgres.start()
            self.faults.append(Fault("postgres crash", at))
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + self.every
            self._kill()

    def counts(self) -> Counter[str]:
        return Counter(fault.kind for fault in self.faults)

    def _kill(self) -> None:
        """The next card's part, if it is there; a part that is only starting is left alone."""
        if not self._deck:
            self._deck = self.random.sample(DECK, len(DECK))
        part = self._deck.pop()
        found = self.hub.playing(part)
        struck = found if part == "group" or not found else [self.random.choice(found)]
        at = time.time()
        # `kill` looks again whether the pid is still the process that we recorded as ours.
        alive = [each for each in struck if each.pid > 1 and each.is_alive]
        for each in alive:
            each.kill()
        if alive and _died(alive):
            self.faults.append(Fault(part, at))
        else:
            self.misses += 1


def _died(killed: list[Process]) -> bool:
    deadline = time.monotonic() + DIES_WITHIN
    while any(each.is_alive for each in killed):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
