"""The built-in upstream while the story is acted: quick, and wrong on demand."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from generations.core import crypto, http, processes

PATIENCE = 20.0  # seconds until it answers


class Backstage:
    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def fault(self, name: str, amount: str = "") -> Iterator[None]:
        """Every picture that is ordered meanwhile meets it."""
        self._control(rates={name: 1.0}, amounts={name: amount})
        try:
            yield
        finally:
            self._control(rates={}, amounts={})

    def _control(self, **changes: object) -> None:
        proof = {"X-Sandbox-Control": crypto.derive(settings.SANDBOX_SECRET, "control")}
        body = json.dumps(changes).encode()
        answer = http.request("POST", f"{self.url}/control", headers=proof, body=body)
        if answer.status != 200:
            raise RuntimeError(answer.body.decode(errors="replace"))


@contextmanager
def backstage(log: Path) -> Iterator[Backstage]:
    """A real one, on its own port; it goes on from its log when the hub starts it again."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    options = ["--port", str(settings.SANDBOX_PORT), "--seconds", "0", "--log", str(log)]
    process = processes.spawn([*manage, "sandbox", "--quiet", *options])
    try:
        _wait(settings.SANDBOX_URL)
        yield Backstage(settings.SANDBOX_URL)
    finally:
        processes.end_group(process, grace=2.0)


def _wait(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            http.request("GET", url)
        except http.HttpError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)
