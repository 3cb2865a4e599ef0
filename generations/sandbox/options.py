"""How a sandbox is started."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def _silent(line: str) -> None:
    pass


@dataclass(frozen=True)
class Options:
    """`port` 0 takes a free one. `seconds` None lets the size of a picture decide."""

    secret: str
    host: str = "127.0.0.1"
    port: int = 0
    public_url: str = ""  # where others reach it; "" means http://host:port
    log: Path | None = None
    seconds: float | None = None
    jitter: float = 0.0
    allow: frozenset[str] = frozenset()  # webhook targets beyond loopback: host or host:port
    say: Callable[[str], None] = _silent  # takes one line for each request
