"""A sandbox for other tests: `with running_sandbox() as sandbox: ...`, over real HTTP."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from generations.core.crypto import derive
from generations.sandbox.options import Options
from generations.sandbox.server import serve


@dataclass(frozen=True)
class Sandbox:
    url: str
    secret: str

    def credentials(self, label: str) -> tuple[str, str]:
        """The API key and the webhook secret of a label."""
        key = f"sandbox_{label}_{derive(self.secret, f'key:{label}')[:32]}"
        return key, "whsec_" + derive(self.secret, f"webhook:{label}")

    def control(self, **changes: Any) -> dict[str, Any]:
        """Change settings, such as `seconds=0.2, rates={"lost": 0.1}`; returns all of them."""
        answer = requests.post(
            f"{self.url}/control", json=changes, headers=self._proof(), timeout=10
        )
        assert answer.status_code == 200, answer.text
        settings_now: dict[str, Any] = answer.json()
        return settings_now

    def log(self, event: str = "") -> list[dict[str, Any]]:
        """What the sandbox did, oldest first: all of it, or one of creation, finish, webhook."""
        answer = requests.get(f"{self.url}/control/log", headers=self._proof(), timeout=10)
        assert answer.status_code == 200, answer.text
        lines = [json.loads(line) for line in answer.text.splitlines()]
        return [line for line in lines if event in ("", line["event"])]

    def _proof(self) -> dict[str, str]:
        return {"X-Sandbox-Control": derive(self.secret, "control")}


@contextmanager
def running_sandbox(**options: Any) -> Iterator[Sandbox]:
    """A fresh one on a free port, quick unless told otherwise; takes the fields of Options."""
    given = {"secret": settings.SANDBOX_SECRET, "seconds": 0.02, **options}
    with serve(Options(**given)) as running:
        yield Sandbox(running.url, given["secret"])
