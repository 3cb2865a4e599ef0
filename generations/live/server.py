"""Server-sent events over plain asyncio: `GET /live/?token=…`, and nothing else.

A process of its own, so that no web thread ever holds a stream.
"""

import asyncio
import contextlib
import signal
import threading
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import Error, connection

from generations.live import tokens
from generations.live.feed import Feed, News
from generations.live.streams import Full, Stream, Streams
from generations.teams.models import Membership

HEAD_LIMIT = 8192  # bytes
PATIENCE = 5.0  # seconds for a request to arrive, and for a browser to take what we send
HEARTBEAT = 15.0
LIFETIME = 300.0  # then the browser comes again, with a fresh token
MOST_CONNECTIONS = 2000
REASONS = {200: "OK", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 503: "Unavailable"}


class Server:
    def __init__(self) -> None:
        self.streams = Streams()
        self.connections: set[asyncio.Task[None]] = set()
        self.feed = Feed(self.publish, is_wanted=lambda: bool(self.streams.open))

    async def run(self, host: str, port: int) -> None:
        """Serve until SIGTERM or SIGINT. Raises OSError when the port is taken."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await self.serve(
            await asyncio.start_server(self.accept, host, port, limit=HEAD_LIMIT), stop
        )

    async def serve(self, server: asyncio.Server, stop: asyncio.Event) -> None:
        """Read the database and answer until `stop`, then end every stream."""
        self.loop = asyncio.get_running_loop()
        ended = threading.Event()
        threading.Thread(target=self.feed.run, args=(ended,), name="feed", daemon=True).start()
        await stop.wait()
        ended.set()
        server.close()
        for task in self.connections:
            task.cancel()
        await asyncio.gather(*self.connections, return_exceptions=True)

    def publish(self, news: list[News]) -> None:
        """From the feed's thread."""
        self.loop.call_soon_threadsafe(self.streams.publish, news)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self.connections) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        task = asyncio.create_task(self.answer(reader, writer))
        self.connections.add(task)
        task.add_done_callback(self.connections.discard)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            await self.respond(*_parse(head), reader, writer)
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            pass  # a browser that left, or something that does not speak HTTP
        finally:
            writer.transport.abort()

    async def respond(
        self,
        target: str,
        headers: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        address = urlsplit(target)
        origin = headers.get("origin", "")
        if address.path == "/healthz":
            return await _refuse(writer, 200)
        if address.path.rstrip("/") != "/live":
            return await _refuse(writer, 404)
        if origin and origin not in allowed_origins():
            return await _refuse(writer, 403)
        try:
            token = tokens.read(parse_qs(address.query).get("token", [""])[0])
            if not await asyncio.to_thread(_is_member, token):
                return await _refuse(writer, 401, origin)
            with self.streams.listening(token) as stream:
                await asyncio.to_thread(self._begin)
                await _stream(stream, origin, reader, writer)
        except tokens.BadToken:
            await _refuse(writer, 401, origin)
        except (Full, Error):
            await _refuse(writer, 503, origin)

    def _begin(self) -> None:
        try:
            self.feed.begin()
        finally:
            connection.close()


def allowed_origins() -> set[str]:
    """The site's, and where it is on loopback its other names."""
    site = urlsplit(settings.SITE_URL)
    origins = {f"{site.scheme}://{site.netloc}"}
    if settings.IS_LOOPBACK:
        port = f":{site.port}" if site.port else ""
        origins |= {f"{site.scheme}://{name}{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return origins


async def _stream(
    stream: Stream, origin: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """News as they come, a comment when there are none; until the browser leaves or falls back."""
    _write_head(writer, 200, origin, {"Content-Type": "text/event-stream"})
    await _send(writer, "retry: 2000\n\n")
    loop = asyncio.get_running_loop()
    end = loop.time() + LIFETIME
    gone = asyncio.create_task(reader.read(1))  # a browser sends nothing more until it closes
    try:
        while not gone.done() and not stream.is_behind and (left := end - loop.time()) > 0:
            news = asyncio.create_task(stream.waiting.get())
            await asyncio.wait(
                {news, gone}, timeout=min(HEARTBEAT, left), return_when=asyncio.FIRST_COMPLETED
            )
            if news.done():
                await _send(writer, news.result())
            else:
                news.cancel()
                await _send(writer, ": still here\n\n")
    finally:
        gone.cancel()


async def _send(writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(text.encode())
    await asyncio.wait_for(writer.drain(), PATIENCE)


async def _refuse(writer: asyncio.StreamWriter, status: int, origin: str = "") -> None:
    _write_head(writer, status, origin, {"Content-Type": "text/plain"})
    await _send(writer, f"{REASONS[status]}\n")
    with contextlib.suppress(OSError):
        writer.write_eof()
    writer.close()
    await asyncio.wait_for(writer.wait_closed(), PATIENCE)


def _write_head(
    writer: asyncio.StreamWriter, status: int, origin: str, headers: dict[str, str]
) -> None:
    headers |= {
        "Cache-Control": "no-store",
        "Connection": "close",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
    }
    if origin:
        headers |= {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *map(": ".join, headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode())


def _parse(head: bytes) -> tuple[str, dict[str, str]]:
    """Target and headers (lower-case names). Raises ValueError for anything but a GET."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ")
    if method != "GET":
        raise ValueError(method)
    pairs = (line.partition(":") for line in lines if line)
    return target, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _is_member(token: tokens.TeamToken) -> bool:
    """Asked once per stream: who was removed keeps no more than the rest of one."""
    try:
        return Membership.objects.filter(
            team_id=token.team_id, user_id=token.user_id, user__is_active=True
        ).exists()
    finally:
        connection.close()
