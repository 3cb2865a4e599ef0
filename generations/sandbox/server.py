"""The sandbox as an HTTP server: `serve(options)` starts it in threads of this process."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from generations.sandbox import front
from generations.sandbox.options import Options
from generations.sandbox.studio import Studio
from generations.sandbox.wire import HangUp, Reply, Request, WireError

BODY_MAX = 1024 * 1024  # bytes


def serve(options: Options) -> "Running":
    """Start. Raises OSError when the port is taken, ImproperlyConfigured without a secret."""
    if not options.secret:
        raise ImproperlyConfigured(
            "SANDBOX_SECRET is not set: the sandbox cannot tell its keys from others."
        )
    return Running(options)


class Running:
    """A sandbox that runs until `stop()`, or until the end of its `with` block."""

    def __init__(self, options: Options) -> None:
        self._server = _Server((options.host, options.port), _Handler)
        port = self._server.server_address[1]
        host = f"[{options.host}]" if ":" in options.host else options.host
        self.url = options.public_url.rstrip("/") or f"http://{host}:{port}"
        self.studio = self._server.studio = Studio(options, self.url)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Within a second: what is under way is dropped."""
        self._server.shutdown()
        self._server.server_close()
        self.studio.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    studio: Studio

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news; anything else is an error of ours."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    timeout = 30  # seconds without a word
    wbufsize = -1  # one write for head and body
    disable_nagle_algorithm = True
    server: _Server

    def _answer(self) -> None:
        try:
            reply = front.answer(self.server.studio, self._request())
            delivery = reply.delivery
            if isinstance(delivery, HangUp):
                raise delivery
            self._send(delivery or reply)
        except WireError as error:
            self.close_connection = True
            self._send(error.reply())
        except HangUp:
            self.close_connection = True
            self.server.studio.options.say(f"{self.command} {self._path()} closed")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def _request(self) -> Request:
        """Raises WireError when the body cannot be taken in."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            raise WireError(411, "BAD_REQUEST", "Send a Content-Length", field="body")
        if int(length) > BODY_MAX:
            raise WireError(413, "BAD_REQUEST", "The body is too large", field="body")
        return Request(self.command, self._path(), self.headers, self.rfile.read(int(length)))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if isinstance(reply.body, bytes):
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)
        else:
            self.send_header("Connection", "close")
            self.end_headers()
            self._trickle(reply.body)

    def _trickle(self, parts: Iterator[bytes]) -> None:
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    def version_string(self) -> str:
        return self.server_version

    def _path(self) -> str:
        return urlsplit(self.path).path

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.server.studio.options.say(f"{self.command} {self._path()} {code}")

    def log_message(self, format: str, *args: object) -> None:
        self.server.studio.options.say(format % args)
