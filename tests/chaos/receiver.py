"""A caller's webhook address: writes down everything that arrives, and accepts it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.chaos.journal import Journal


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, journal: Journal, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.journal = journal
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed in the middle is what the drill is about."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # its sender was killed: nothing has arrived
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.journal.write("delivery", body=body.decode(), headers=headers)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass
