"""What an earlier run left in the witness's file: jobs to go on with after a restart.

The line that tells of a creation is written and read here, so that both stay in step.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from generations.sandbox.jobs import Job
from generations.sandbox.once import LIFETIME, Ticket
from generations.sandbox.order import SERVICE, from_parameters
from generations.sandbox.wire import WireError

# Whichever comes first bounds what is read, so that a start takes no second.
CREATIONS = 20_000
SPAN = timedelta(seconds=LIFETIME)
TAIL = 32 * 1024 * 1024  # bytes
_WANTED = re.compile(rb'\{"event": "(?:creation|finish|reset)"')


def creation(job: Job) -> dict[str, object]:
    """The facts from which the job can be made again."""
    order, ticket = job.order, job.ticket
    return {
        "id": job.id,
        "label": job.label,
        "idempotency_key": ticket and ticket.key,
        "webhook_url": order.webhook_url,
        "prompt": order.prompt,
        "cost": job.stated_cost,
        "faults": sorted(job.faults),
        "arguments": dict(job.faults),
        "seed": job.seed,
        "width": order.width,
        "height": order.height,
        "version": order.version,
        "quality": order.quality,
        "path": ticket and ticket.path,
        "fingerprint": ticket and ticket.fingerprint,
    }


def recall(path: Path | None) -> list[tuple[Job, datetime | None]]:
    """Each job since the last reset with the moment it ended, if it did; oldest first."""
    found: list[tuple[Job, datetime | None]] = []
    ended: dict[str, datetime] = {}
    oldest = datetime.now(UTC) - SPAN
    for line in _backwards(path):
        try:
            at = datetime.fromisoformat(line["at"])
            if line["event"] == "reset" or at < oldest or len(found) == CREATIONS:
                break
            if line["event"] == "finish":
                ended[line["id"]] = at
            else:
                found.append((_job(line, at), ended.get(line["id"])))
        except (KeyError, TypeError, ValueError, AttributeError, WireError):
            continue  # a line of another make must not keep the sandbox from starting
    return found[::-1]


def _backwards(path: Path | None) -> Iterator[dict[str, Any]]:
    """The lines worth reading, newest first, without those that were torn."""
    if path is None or not path.exists():
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        lines = file.read().split(b"\n")
    for line in reversed(lines):
        if _WANTED.match(line):
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _job(line: dict[str, Any], at: datetime) -> Job:
    """Raises KeyError, TypeError, ValueError, AttributeError or WireError on a strange line."""
    names = ("prompt", "width", "height", "version", "quality")
    parameters = {name: line[name] for name in names}
    order = from_parameters(
        {**parameters, "service": SERVICE, "webhookUrl": line["webhook_url"]},
    )
    ticket = None
    if line["idempotency_key"] is not None:
        ticket = Ticket(line["label"], line["path"], line["idempotency_key"], line["fingerprint"])
    faults = {str(name): str(value) for name, value in line["arguments"].items()}
    seed = int(line["seed"])
    return Job(str(line["label"]), order, faults, seed, ticket, id=str(line["id"]), created_at=at)
