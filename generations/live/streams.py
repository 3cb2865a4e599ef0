"""Who listens, and what each may hear."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from generations.live.handover import Listener
from generations.live.sources import News

MOST_STREAMS = 1000
MOST_OF_ONE_USER = 30
MOST_WAITING = 64 * 1024  # bytes that a slow browser may leave unread, beyond the kernel's buffers


class Full(Exception):
    """No more streams just now."""


@dataclass(eq=False)
class Stream:
    listener: Listener
    transport: asyncio.WriteTransport
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, text: bytes) -> None:
        """Never waits: who is too far behind misses it, and must begin anew."""
        if self.transport.get_write_buffer_size() > MOST_WAITING:
            self.ended.set()
        else:
            self.transport.write(text)


class Streams:
    def __init__(self) -> None:
        self.open: set[Stream] = set()
        self.told: dict[UUID, float] = {}  # team: when it had news, in seconds since the epoch

    @contextmanager
    def listening(self, listener: Listener, transport: asyncio.WriteTransport) -> Iterator[Stream]:
        """A stream for as long as the block runs. Raises Full."""
        own = sum(stream.listener.user_id == listener.user_id for stream in self.open)
        if len(self.open) >= MOST_STREAMS or own >= MOST_OF_ONE_USER:
            raise Full
        stream = Stream(listener, transport)
        self.open.add(stream)
        try:
            yield stream
        finally:
            self.open.discard(stream)

    def publish(self, news: Sequence[News]) -> None:
        """All of it in one piece for each stream; streams of one person hear the same."""
        now = time.time()
        self.told.update((each.team_id, now) for each in news)
        texts: dict[Listener, bytes] = {}
        for stream in self.open:
            text = texts.get(stream.listener)
            if text is None:
                text = texts[stream.listener] = _heard_by(stream.listener, news)
            if text:
                stream.tell(text)


def _heard_by(listener: Listener, news: Sequence[News]) -> bytes:
    team_id, user_id = listener
    heard = (
        each.text for each in news if each.team_id == team_id and each.only_for in (None, user_id)
    )
    return "".join(heard).encode()
