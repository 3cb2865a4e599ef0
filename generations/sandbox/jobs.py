"""Generations as the vendor knows them."""

import secrets
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from generations.sandbox.faults import number, plain
from generations.sandbox.order import SERVICE, Order
from generations.sandbox.prices import price

KEPT = 100_000


@dataclass
class Job:
    label: str
    order: Order
    faults: Mapping[str, str]
    seed: int
    id: str = field(default_factory=lambda: secrets.token_hex(10))
    status: str = "processing"
    url: str | None = None
    error: dict[str, str] | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed_at: datetime | None = None

    @property
    def price(self) -> int:
        return price(self.order.width, self.order.height, self.order.quality)

    @property
    def stated_cost(self) -> int | None:
        """What the sandbox says it charged, in credits."""
        if "no-cost" in self.faults:
            return None
        for name in ("wrong-cost", "cost"):
            if name in self.faults:
                return int(number(self.faults[name], 9999))
        return 0 if self.status == "failed" else self.price

    @property
    def extension(self) -> str:
        return "png" if "png" in self.faults else "jpg"

    def view(self) -> dict[str, Any]:
        """Every member that some answer may show."""
        return {
            "id": self.id,
            "status": self.status,
            "type": "IMAGE",
            "provider": SERVICE,
            "service": SERVICE,
            "prompt": self.order.prompt,
            "url": self.url,
            "width": self.order.width,
            "height": self.order.height,
            "duration": None,
            "metadata": self.metadata(),
            "creditCost": self.stated_cost,
            "webhookUrl": self.order.webhook_url,
            "createdAt": stamp(self.created_at),
            "completedAt": self.completed_at and stamp(self.completed_at),
            "error": self.error,
        }

    def metadata(self) -> dict[str, Any]:
        return {"duration": None, "width": self.order.width, "height": self.order.height}


class Jobs:
    """Not locked: the studio's lock covers it."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._alike: Counter[tuple[str, str]] = Counter()

    def add(self, label: str, order: Order, faults: Mapping[str, str]) -> Job:
        words = plain(order.prompt)
        seed = int(number(faults.get("seed", ""), self._alike[label, words]))
        self._alike[label, words] += 1
        job = Job(label, order, faults, seed)
        self._jobs[job.id] = job
        if len(self._jobs) > KEPT:
            self._jobs.popitem(last=False)
        return job

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
