import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse

import pytest

from generations.live import handover
from generations.live.handover import Listener
from generations.live.server import Server
from generations.teams.models import Team, User
from tests.processes import wait_until


@dataclass
class Live:
    server: Server = field(default_factory=Server)
    stop: asyncio.Event | None = None

    async def run(self, ready: threading.Event) -> None:
        self.stop = asyncio.Event()
        with handover.open_door() as door:
            ready.set()
            await self.server.serve(door, self.stop)

    def count(self) -> int:
        return len(self.server.streams.open)


@dataclass
class Stream:
    """What one browser hears."""

    answer: HTTPResponse
    since: float = 0.0  # milliseconds since the epoch: no news was missed that came later

    @property
    def status(self) -> int:
        return self.answer.status

    def open(self) -> None:
        """Read the first that is said on every stream."""
        kind, data = self.next_block().splitlines()
        assert kind == "event: open"
        self.since = float(json.loads(data.removeprefix("data: "))["since"])

    def next_event(self, kind: str = "") -> str:
        """The next event (of that kind); '' when the stream has ended.

        What one commit writes into several tables is heard in any order: name the kind.
        """
        while block := self.next_block():
            if block.startswith(f"event: {kind}"):
                return block
        return ""

    def next_block(self) -> str:
        lines: list[str] = []
        while line := self.answer.readline().decode():
            if line == "\n":
                break
            lines.append(line)
        return "".join(lines)


Listen = Callable[[User, Team], Stream]


@pytest.fixture
def live(transactional_db: None) -> Iterator[Live]:
    live = Live()
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
    """listen(user, team) opens a stream as the user's page would, through the door."""
    browsers: list[Stream] = []

    def open_stream(user: User, team: Team) -> Stream:
        with socket.create_server(("127.0.0.1", 0)) as web:
            browser = socket.create_connection(web.getsockname(), timeout=10)
            connection = web.accept()[0]
        assert handover.give(connection, Listener(team.id, user.id))
        connection.close()
        answer = HTTPResponse(browser)
        browser.close()  # the answer keeps the connection until it is closed
        answer.begin()
        stream = Stream(answer)
        browsers.append(stream)
        if stream.status == 200:
            stream.open()
        return stream

    yield open_stream
    for each in browsers:
        each.answer.close()
    wait_until(lambda: not live.count(), 10, "every stream closed")
