"""The hub's own processes, kept running as an operator's service manager keeps them."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests
from django.conf import settings

from generations.core import processes
from tests.processes import MANAGE, PROJECT, Process, children

MEMBERS = settings.QUEUE_WORKERS + 2  # of a whole cluster: its workers, monitor and pusher
PAUSE = 0.3  # seconds before an ended service is started again


@dataclass
class Service:
    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    due: float = field(default=0.0)  # on the monotonic clock

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def look_after(self) -> None:
        """Start it when it is due. Only from the main thread: with it, all of them end."""
        if self.process is not None and self.process.poll() is not None:
            processes.end_group(self.process)
            self.process, self.due = None, time.monotonic() + PAUSE
        if self.process is None and time.monotonic() >= self.due:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.arguments,
                    cwd=PROJECT,
                    env={**os.environ, **self.environment, processes.PARENT: str(os.getpid())},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.starts += 1

    def stop(self, grace: float = 6.0) -> None:
        if self.process is not None:
            processes.end_group(self.process, grace)
            self.process = None


class Hub:
    """Web, worker and the practice upstream."""

    def __init__(self, folder: Path, web_port: int, sandbox_port: int) -> None:
        sandbox = ["sandbox", "--port", str(sandbox_port), "--quiet", "--seconds", "0.5"]
        sandbox += ["--log", str(folder / "witness.jsonl")]
        commands = {
            "sandbox": sandbox,
            "web": ["serve", "--port", str(web_port)],
            "worker": ["worker"],
        }
        self.services = {
            name: Service(name, [*MANAGE, *arguments], folder / f"{name}.log")
            for name, arguments in commands.items()
        }

    def look_after(self) -> None:
        for service in self.services.values():
            service.look_after()

    def stop(self) -> None:
        for name in ("web", "worker", "sandbox"):
            self.services[name].stop()

    def playing(self, part: str) -> list[Process]:
        """Our own processes that play a part: none while it is only starting."""
        web = self.services["web"]
        if part not in {"web", "web worker"}:
            return self._queue().get(part, [])
        if not web.pid or not self._answers():
            return []
        return _self(web) if part == "web" else children(web.pid)

    def _queue(self) -> dict[str, list[Process]]:
        worker = self.services["worker"]
        parts: dict[str, list[Process]] = {}
        main = children(worker.pid)[:1] if worker.pid else []
        sentinel = children(main[0].pid)[:1] if main else []
        members = children(sentinel[0].pid) if sentinel else []
        if len(members) >= MEMBERS:
            # In the order of their start: workers, monitor, pusher; the latter two are put last.
            parts |= {"worker": members[:-2], "monitor": members[-2:-1], "pusher": members[-1:]}
            parts |= {"main": main, "sentinel": sentinel, "supervisor": _self(worker)}
            parts["group"] = [*members, *sentinel, *main]
        return parts

    def _answers(self) -> bool:
        try:
            return requests.get(f"{settings.SITE_URL}/healthz", timeout=1).status_code == 200
        except requests.RequestException:
            return False


def _self(service: Service) -> list[Process]:
    if not service.pid:
        return []
    return [each for each in children(os.getpid()) if each.pid == service.pid]
