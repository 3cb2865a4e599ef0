"""Requests, asked of a handler in this process or over connections that stay."""

import io
import itertools
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
PATIENCE = 30.0  # seconds for one answer
Handler = Callable[[dict[str, Any], Callable[..., Any]], Any]


@dataclass(frozen=True)
class Post:
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, Any]:
        names = {
            f"HTTP_{name.upper().replace('-', '_')}": self.headers[name] for name in self.headers
        }
        return {
            **names,
            "REQUEST_METHOD": "POST",
            "PATH_INFO": self.path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": sys.stderr,
        }

    def text(self) -> bytes:
        lines = [f"POST {self.path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode() + self.body


def effort(handler: Handler, posts: Iterable[Post], warm: int = 5) -> float:
    """Seconds that this process works for one of them; the first few do not count."""
    environs = [post.environ() for post in posts]
    for environ in environs[:warm]:
        _handle(handler, environ)
    began = time.process_time()
    for environ in environs[warm:]:
        _handle(handler, environ)
    return (time.process_time() - began) / (len(environs) - warm)


def _handle(handler: Handler, environ: dict[str, Any]) -> None:
    said: list[str] = []
    response = handler(environ, lambda status, _headers: said.append(status))
    body = b"".join(response)
    response.close()
    assert said[0].startswith("200"), f"{said[0]}: {body!r}"


def rate(port: int, posts: Callable[[], Post], connections: int, seconds: float) -> float:
    """Answers a second over so many connections, each of which asks again as soon as it may."""
    end = time.monotonic() + seconds
    counts = itertools.count()
    faults: list[Exception] = []

    def ask() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while time.monotonic() < end:
                    connection.sendall(posts().text())
                    _read(connection)
                    next(counts)
        except Exception as fault:  # told by who started the thread
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return next(counts) / (time.monotonic() - began)


def _read(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), data.decode(errors="replace")
    length = LENGTH.search(head)
    assert length, head
    size = len(body)
    while size < int(length[1]):
        size += len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    assert data, "The server closed the connection."
    return data
