"""The live server on a free port, in a thread of this process, and its listeners."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse

import pytest

from generations.live import tokens
from generations.live.server import Server
from generations.teams.models import Team, User


@dataclass
class Live:
    server: Server
    port: int = 0
    stop: asyncio.Event | None = None

    async def run(self, ready: threading.Event) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listening:
            self.port = listening.getsockname()[1]
            self.stop = asyncio.Event()
            serving = await asyncio.start_server(self.server.accept, sock=listening)
            ready.set()
            await self.server.serve(serving, self.stop)


@dataclass
class Stream:
    """What one browser hears."""

    answer: HTTPResponse

    @property
    def status(self) -> int:
        return self.answer.status

    def next_event(self) -> str:
        """The next block that is not a comment or a setting; '' when the stream has ended."""
        while block := self.next_block():
            if block.startswith("event:"):
                return block
        return ""

    def next_block(self) -> str:
        lines: list[str] = []
        while line := self.answer.readline().decode():
            if line == "\n":
                break
            lines.append(line)
        return "".join(lines)


Listen = Callable[..., Stream]


@pytest.fixture
def live(transactional_db: None) -> Iterator[Live]:
    live = Live(Server())
    ready = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(live.run(ready)), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield live
    assert live.stop
    live.server.loop.call_soon_threadsafe(live.stop.set)
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def listen(live: Live) -> Iterator[Listen]:
    """listen(user, team) opens a stream as the user's page would."""
    kept: list[Stream] = []  # a response that nobody holds is closed

    def open_stream(
        user: User | None = None, team: Team | None = None, *, token: str = "", **headers: str
    ) -> Stream:
        if user and team:
            token = tokens.make(team.id, user.id)
        connection = HTTPConnection("127.0.0.1", live.port, timeout=10)
        connection.request("GET", f"/live/?token={token}", headers=headers)
        kept.append(Stream(connection.getresponse()))
        return kept[-1]

    yield open_stream
    for stream in kept:
        stream.answer.close()
