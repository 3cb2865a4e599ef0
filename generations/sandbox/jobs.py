"""Generations as the vendor knows them."""

import secrets
from collections import Counter, OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from generations.sandbox.faults import number, plain
from generations.sandbox.once import LIFETIME, Ticket
from generations.sandbox.order import SERVICE, Order
from generations.sandbox.prices import price

KEPT = 100_000


@dataclass
class Job:
    label: str
    order: Order
    faults: Mapping[str, str]
    seed: int
    ticket: Ticket | None = None
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

    def end(self, moment: datetime, url: str) -> None:
        """Completed with its picture at `url`, or failed if its faults say so."""
        self.completed_at = moment
        if "fail" not in self.faults:
            self.status, self.url = "completed", url
            return
        self.status = "failed"
        self.error = {
            "code": self.faults["fail"].upper() or "GENERATION_FAILED",
            "message": "The picture could not be made",
        }

    def first_view(self) -> dict[str, Any]:
        """As it was when it was accepted."""
        begun = replace(self, status="processing", url=None, error=None, completed_at=None)
        return begun.view()

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
        # One call may make several, in the order in which it will ask for them again.
        self._unanswered: dict[tuple[str, str, str], deque[Job]] = {}

    def add(
        self, label: str, order: Order, faults: Mapping[str, str], ticket: Ticket | None
    ) -> Job:
        alike = self._alike[label, plain(order.prompt)]
        job = Job(label, order, faults, int(number(faults.get("seed", ""), alike)), ticket)
        self._keep(job)
        return job

    def restore(self, job: Job) -> None:
        """One of before a restart, oldest first."""
        self._keep(job)
        if job.ticket:
            self._unanswered.setdefault(job.ticket.place, deque()).append(job)

    def made_before(self, ticket: Ticket | None) -> Job | None:
        """What this very call made before a restart. Raises WireError 422."""
        jobs = self._unanswered.get(ticket.place) if ticket else None
        if not ticket or not jobs or not jobs[0].ticket:
            return None
        if jobs[0].created_at < datetime.now(UTC) - timedelta(seconds=LIFETIME):
            return None
        ticket.refuse_other(jobs[0].ticket.fingerprint)
        return jobs.popleft()

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def forget(self, job_id: str) -> None:
        self._jobs.pop(job_id, None)

    def _keep(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._alike[job.label, plain(job.order.prompt)] += 1
        if len(self._jobs) > KEPT:
            self._jobs.popitem(last=False)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
