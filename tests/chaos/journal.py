"""What happened, as one process saw it: a file of JSON lines, written before anything goes on."""

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Journal:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def write(self, event: str, **facts: object) -> None:
        line = json.dumps({"event": event, **facts, "at": time.time()})
        with self._lock:
            os.write(self._file, f"{line}\n".encode())


def read(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@dataclass(frozen=True)
class Journals:
    """All that the checker may know besides the database."""

    client: list[Line]  # what callers of the API were told
    witness: list[Line]  # what the upstream did
    receiver: list[Line]  # what arrived at the callers' webhook addresses

    @classmethod
    def of(cls, folder: Path) -> "Journals":
        return cls(*(read(folder / f"{name}.jsonl") for name in ("client", "witness", "receiver")))

    def told(self, event: str) -> list[Line]:
        return [line for line in self.client if line["event"] == event]

    def seen(self, event: str) -> list[Line]:
        return [line for line in self.witness if line["event"] == event]
