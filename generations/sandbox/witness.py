"""The independent witness: one line for everything the sandbox did, whatever the hub believes."""

import json
import os
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

KEPT = 200_000  # lines in memory


class Witness:
    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._lines: deque[str] = deque(maxlen=KEPT)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        # A last line that was torn is ended first, lest the next one be lost with it.
        is_torn = path is not None and _is_torn(path)
        self._file = os.open(path, flags, 0o600) if path else None
        if self._file is not None and is_torn:
            os.write(self._file, b"\n")

    def tell(self, event: str, at: datetime | None = None, **facts: object) -> None:
        """`at` is the moment it happened: now, unless told otherwise."""
        moment = (at or datetime.now(UTC)).isoformat()
        line = json.dumps({"event": event, **facts, "at": moment}, ensure_ascii=False)
        with self._lock:
            self._lines.append(line)
            if self._file is not None:
                # One unbuffered write: the line is the kernel's before anyone can kill us.
                os.write(self._file, f"{line}\n".encode())

    def text(self) -> str:
        """Every line kept, as JSON lines."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines)

    def forget(self) -> None:
        """In memory only; the file stays, with a line that says so."""
        self.tell("reset")
        with self._lock:
            self._lines.clear()

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def _is_torn(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"
