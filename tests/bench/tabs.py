"""Open tabs, in a process of their own as browsers are: `python -m tests.bench.tabs PORT PATH`.

Reads cookies from the first line of its input, opens a stream for each, says so, and when its
input ends prints when each id arrived first in each stream.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ID = re.compile(rb'"id": "([0-9a-f-]{36})"')


@dataclass
class Tabs:
    """What the streams of one process heard."""

    process: "subprocess.Popen[str]"
    arrivals: list[tuple[str, float]] = field(default_factory=list)


@contextmanager
def open_tabs(port: int, path: str, cookies: list[str]) -> Iterator[Tabs]:
    """With a stream open for each cookie; afterwards `arrivals` tells what they heard."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.tabs", str(port), path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    tabs = Tabs(process)
    try:
        process.stdin.write(json.dumps(cookies) + "\n")
        process.stdin.flush()
        opened = process.stdout.readline().strip()
        assert opened == str(len(cookies)), f"{opened} of {len(cookies)} streams"
        yield tabs
        process.stdin.close()
        tabs.arrivals = [(id_, at) for id_, at in json.loads(process.stdout.readline())]
        process.wait(10)
    finally:
        process.kill()
        process.wait()


class Stream(asyncio.Protocol):
    """One tab: notes when it first hears of an id."""

    def __init__(self, request: bytes, arrivals: list[tuple[str, float]]) -> None:
        self.request = request
        self.arrivals = arrivals
        self.opened: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.heard: set[bytes] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            self.opened.set_result(data.startswith(b"HTTP/1.1 200 "))
        for found in ID.findall(data):
            if found not in self.heard:
                self.heard.add(found)
                self.arrivals.append((found.decode(), time.time()))


async def _main(port: int, path: str) -> None:
    arrivals: list[tuple[str, float]] = []
    count = 0
    for cookie in json.loads(sys.stdin.readline()):
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
        count += await _open(port, Stream(request.encode(), arrivals))
    _say(count)
    await asyncio.to_thread(sys.stdin.read)
    _say(arrivals)


async def _open(port: int, stream: Stream) -> bool:
    await asyncio.get_running_loop().create_connection(lambda: stream, "127.0.0.1", port)
    return await stream.opened


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2]))
