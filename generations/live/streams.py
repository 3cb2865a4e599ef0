"""Who listens: one bounded queue per open stream, filled per team."""

import asyncio
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generations.live.feed import News
from generations.live.tokens import TeamToken

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_STREAMS = 1000
MOST_OF_ONE_USER = 30
MOST_WAITING = 200  # news that a slow browser may leave unread


class Full(Exception):
    """No more streams just now."""


@dataclass(eq=False)
class Stream:
    token: TeamToken
    waiting: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    is_behind: bool = False  # it missed news, and must begin anew


class Streams:
    def __init__(self) -> None:
        self.open: set[Stream] = set()

    @contextmanager
    def listening(self, token: TeamToken) -> "Iterator[Stream]":
        """A stream for as long as the block runs. Raises Full."""
        own = sum(stream.token.user_id == token.user_id for stream in self.open)
        if len(self.open) >= MOST_STREAMS or own >= MOST_OF_ONE_USER:
            raise Full
        stream = Stream(token)
        self.open.add(stream)
        try:
            yield stream
        finally:
            self.open.discard(stream)

    def publish(self, news: Iterable[News]) -> None:
        for each in news:
            for stream in self.open:
                if stream.token.team_id == each.team_id:
                    _give(stream, each.text)


def _give(stream: Stream, text: str) -> None:
    try:
        stream.waiting.put_nowait(text)
    except asyncio.QueueFull:
        stream.is_behind = True
