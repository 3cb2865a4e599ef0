"""Server-sent events over plain asyncio, on connections that the web process hands over.

A process of its own, so that no web thread ever holds a stream.
"""

import asyncio
import contextlib
import random
import resource
import signal
import socket
import threading

from django.conf import settings
from django.db import Error, connection

from generations.live import handover
from generations.live.feed import Feed
from generations.live.handover import Listener
from generations.live.sources import News, event
from generations.live.streams import MOST_STREAMS, Full, Stream, Streams

PATIENCE = 5.0  # seconds for a browser to take the end of what we send
HEARTBEAT = 10.0
LIFETIME = 300.0  # then the browser comes again, and shows again that it may
SPARE = 100  # descriptors for everything but streams
STILL_HERE = b": still here\n\n"
HEAD = """HTTP/1.1 {status}\r
Content-Type: {content}\r
Cache-Control: no-store\r
Connection: close\r
Cross-Origin-Resource-Policy: same-origin\r
X-Accel-Buffering: no\r
X-Content-Type-Options: nosniff\r
\r
"""


class Server:
    def __init__(self) -> None:
        self.streams = Streams()
        self.answering: set[asyncio.Task[None]] = set()
        self.feed = Feed(self.publish, is_wanted=lambda: bool(self.streams.open))

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises OSError where another live process serves."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        _raise_limit()
        with handover.open_door() as door:
            await self.serve(door, stop)

    async def serve(self, door: socket.socket, stop: asyncio.Event) -> None:
        """Read the database and answer until `stop`, then end every stream."""
        self.loop = asyncio.get_running_loop()
        ended = threading.Event()
        reader = threading.Thread(target=self.feed.run, args=(ended,), name="feed", daemon=True)
        reader.start()
        self.loop.add_reader(door, self.accept, door)
        await stop.wait()
        ended.set()
        self.loop.remove_reader(door)
        settings.LIVE_SOCKET.unlink(missing_ok=True)
        for task in self.answering:
            task.cancel()
        await asyncio.gather(*self.answering, return_exceptions=True)
        await asyncio.to_thread(reader.join, PATIENCE)

    def publish(self, news: list[News]) -> None:
        """From the feed's thread."""
        self.loop.call_soon_threadsafe(self.streams.publish, news)

    def accept(self, door: socket.socket) -> None:
        if arrival := handover.take(door):
            task = asyncio.create_task(self.answer(*arrival))
            self.answering.add(task)
            task.add_done_callback(self.answering.discard)

    async def answer(self, listener: Listener, browser: socket.socket) -> None:
        """One connection, until either side ends it."""
        reader, writer = await asyncio.open_connection(sock=browser)
        try:
            await asyncio.to_thread(self._begin)
            with self.streams.listening(listener, writer.transport) as stream:
                stream.tell(HEAD.format(status="200 OK", content="text/event-stream").encode())
                stream.tell(self._opening(listener).encode())
                await _stream(stream, reader, writer)
        except (Full, Error):
            await _refuse(writer)
        except OSError:
            pass  # a browser that left
        finally:
            writer.transport.abort()

    def _begin(self) -> None:
        try:
            self.feed.begin()
        finally:
            connection.close()

    def _opening(self, listener: Listener) -> str:
        """Since when there was no news: a page that is younger than that has missed nothing."""
        since = max(self.feed.since, self.streams.told.get(listener.team_id, 0.0))
        return event("open", since=round(since * 1000))


async def _stream(
    stream: Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Signs of life between the news, until the browser leaves or the stream is over."""
    loop = asyncio.get_running_loop()
    over = loop.time() + LIFETIME * random.uniform(0.8, 1)  # noqa: S311  # not all come at once
    gone = asyncio.create_task(reader.read(1))  # a browser sends nothing more until it closes
    gone.add_done_callback(lambda _: stream.ended.set())
    try:
        while not stream.ended.is_set() and (left := over - loop.time()) > 0:
            stream.tell(STILL_HERE)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(HEARTBEAT, left)):
                    await stream.ended.wait()
    finally:
        gone.cancel()
    await _end(writer)


async def _refuse(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD.format(status="503 Service Unavailable", content="text/plain").encode())
    await _end(writer)


async def _end(writer: asyncio.StreamWriter) -> None:
    """With the last byte sent."""
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), PATIENCE)


def _raise_limit() -> None:
    """As many descriptors as the streams need, if the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, MOST_STREAMS + SPARE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
