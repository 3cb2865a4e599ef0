"""A hub whose processes die at an armed point and are started again, and what one order meets."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Generation
from generations.webhooks.models import Delivery, DeliveryState
from tests.chaos import points
from tests.chaos.journal import Journal, Journals, read
from tests.chaos.points import Point
from tests.chaos.postgres import free_port
from tests.chaos.receiver import Receiver
from tests.chaos.services import Service
from tests.processes import MANAGE, fresh_database, opened
from tests.sandbox.running import Sandbox, running_sandbox

PATIENCE = 90.0  # seconds
MORTAL = str(Path(__file__).with_name("mortal.py"))
DRAWING = 0.4  # seconds: the answer to an order is recorded before the picture is finished


@dataclass
class House:
    folder: Path
    url: str
    api_key: str
    upstream: Sandbox
    receiver: Receiver
    client: Journal
    environment: dict[str, str]  # of each of its programs when it starts
    services: list[Service]

    def journals(self) -> Journals:
        told, arrived = (read(self.folder / f"{name}.jsonl") for name in ("client", "receiver"))
        return Journals(told, self.upstream.log(), arrived)

    def manage(self, *arguments: str) -> str:
        return _run(self.environment, MANAGE[1], *arguments)

    def order_and_die(self, prompt: str, point: Point) -> Generation:
        """One order during whose life a process dies at this point; returned when it is over."""
        places = {"upstream": f"{self.upstream.url}/", "receiver": self.receiver.origin}
        words = tuple(word.format(**places) for word in point.words)
        points.arm(self.folder, replace(point, words=words))
        generation = self.order(prompt)
        self.wait_for_end(generation)
        assert points.was_reached(self.folder), f"Nobody came to {point}."
        return generation

    def creations(self, generation: Generation) -> int:
        """How often the upstream made it."""
        keys = [str(line["idempotency_key"]) for line in self.upstream.log("creation")]
        return sum(key.startswith(f"{generation.pk}-") for key in keys)

    def order(self, prompt: str) -> Generation:
        """As a careful caller: again with the same key, until it is answered."""
        answers: list[str] = []

        def is_answered() -> bool:
            answers[:] = self.ask_once(prompt)
            return bool(answers)

        self.wait_until(is_answered, "an answer")
        return Generation.objects.get(pk=answers[0])

    def ask(self, prompt: str) -> str:
        """order() for another thread: no database, and nothing is started again."""
        deadline = time.monotonic() + PATIENCE
        while not (answer := self.ask_once(prompt)):
            assert time.monotonic() < deadline, "No answer."
            time.sleep(0.2)
        return answer[0]

    def ask_once(self, prompt: str) -> list[str]:
        """The name of the order, or nothing: the same prompt is the same order."""
        body = {"service": "flux-pro", "prompt": prompt, "width": 256, "height": 256}
        body |= {"webhookUrl": f"{self.receiver.origin}/told"}
        given = {"X-API-Key": self.api_key, "Idempotency-Key": prompt}
        try:
            url = f"{self.url}/v1/text_to_image"
            answer = requests.post(url, json=body, headers=given, timeout=10)
        except requests.RequestException:
            return []
        if answer.status_code != 200:
            return []
        name = str(answer.json()["data"]["generateimage"]["id"])
        self.client.write("acknowledged", key=prompt, id=name)
        return [name]

    def restart(self, **environment: str) -> None:
        """One program after the other, with something else in its environment."""
        self.environment |= environment
        for service in self.services:
            service.stop()
            service.look_after()

    def wait_for_end(self, generation: Generation) -> None:
        """Final, and its caller told."""

        def is_over() -> bool:
            generation.refresh_from_db()
            due = Delivery.objects.filter(state=DeliveryState.DUE)
            is_late = generation.status == "failed" and generation.deadline
            return generation.is_final and not is_late and not due.exists()

        self.wait_until(is_over, "the end")

    def wait_until(self, reached: Callable[[], bool], what: str) -> None:
        """Meanwhile whatever ended is started again."""
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < deadline, f"{what} did not come.\n{self.said()}"
            for service in self.services:
                service.look_after()
            time.sleep(0.05)

    def said(self) -> str:
        """The ends of the processes' logs."""
        return "\n".join(service.log.read_text()[-2000:] for service in self.services)


@contextmanager
def standing(folder: Path) -> Iterator[House]:
    """A team with an API key, its own database and upstream, and a hub that is ready."""
    with ExitStack() as stack:
        upstream = stack.enter_context(running_sandbox(seconds=DRAWING))
        url = stack.enter_context(fresh_database(folder, f"fluxhub_points_{os.getpid()}"))
        receiver = Receiver(Journal(folder / "receiver.jsonl"), free_port())
        stack.callback(receiver.shutdown)
        given = _environment(folder, url, upstream, receiver)
        _run(given, MORTAL, "migrate", "--run-syncdb", "-v0")
        stack.enter_context(opened(url))
        commands = {"web": ["web"], "worker": ["worker"]}
        house = House(
            folder,
            given["SITE_URL"],
            _found_team(given),
            upstream,
            receiver,
            Journal(folder / "client.jsonl"),
            given,
            [
                Service(name, [sys.executable, MORTAL, *command], folder / f"{name}.log", given)
                for name, command in commands.items()
            ],
        )
        for service in house.services:
            stack.callback(service.stop, 0)
        house.wait_until(lambda: _is_ready(house.url), "a hub that is ready")
        yield house


def _environment(
    folder: Path, database: str, upstream: Sandbox, receiver: Receiver
) -> dict[str, str]:
    port = free_port()
    return {
        "DJANGO_SETTINGS_MODULE": "fluxhub.settings",
        "FLUXHUB_DATA": str(folder),
        "FLUXHUB_ENCRYPTION_KEYS": os.environ["FLUXHUB_ENCRYPTION_KEYS"],
        "FLUXHUB_PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "CALLBACK_URL": "",
        "DATABASE_URL": database,
        "SANDBOX_URL": upstream.url,
        "ALLOWED_OUTBOUND_ORIGINS": receiver.origin,
        "QUEUE_WORKERS": "2",
        "WEB_THREADS": "4",
    }


def _found_team(given: Mapping[str, str]) -> str:
    """Its practice key opened wide; returns its API key."""
    made = _run(
        given,
        *[MANAGE[1], "createteam", "Points", "--owner", "owner@example.com"],
        *["--plan", "enterprise", "--credits", "100000", "--sandbox", "--api-key", "--json"],
    )
    UpstreamKey.objects.update(concurrent=10, requests_per_minute=10_000)
    return str(json.loads(made)["api_key"])


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _run(given: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()
