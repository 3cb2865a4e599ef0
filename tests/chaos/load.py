"""Callers of the API: they order, repeat, cancel and ask, and write down what they are told."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import requests
from django.db import Error, connections

from generations.lifecycle.cancel import TooLate, cancel
from generations.lifecycle.models import Generation
from generations.teams.models import User
from tests.chaos.journal import Journal

THREADS = 8
PATIENCE = 60.0  # seconds during which a caller repeats one request
TIMEOUT = 15.0
POLL_EVERY = 1.0
MOST_OPEN = 100  # orders whose end nobody has been told
AGAIN = {409, 500, 502, 503, 504}


@dataclass(frozen=True)
class Job:
    """One order and what its caller does besides, by the seed."""

    number: int
    has_webhook: bool
    is_cancelled: bool
    is_repeated: bool
    is_doubled: bool  # two threads send it at once

    @classmethod
    def of(cls, seed: int, number: int) -> "Job":
        dice = Random(f"{seed}-{number}")
        return cls(number, *(dice.random() < share for share in (0.25, 0.1, 0.1, 0.05)))

    @property
    def key(self) -> str:
        return f"order-{self.number}"


@dataclass
class Load:
    url: str
    api_key: str
    hook: str
    owner: User
    journal: Journal
    jobs: list[Job]
    pace: float  # jobs a second
    sent: int = 0
    unsettled: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _broken: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Orders at the given pace, while two others keep asking. Returns when all were sent."""
        with ThreadPoolExecutor(THREADS + 4) as pool:
            asking = [pool.submit(self._guarded, self._ask_on) for _ in range(2)]
            started = time.monotonic()
            orders: list[Future[None]] = []
            for job in self.jobs:
                pause = started + job.number / self.pace - time.monotonic()
                if pause > 0:
                    self._broken.wait(pause)
                # Callers wait for some of their pictures before they order more; what is on its way
                # counts, too, or all that was late would be ordered at one moment.
                while len(self.unsettled) + len(orders) - self.sent >= MOST_OPEN:
                    if self._broken.wait(POLL_EVERY / 5):
                        break
                if self._broken.is_set():
                    break
                for _ in range(2 if job.is_doubled else 1):
                    orders.append(pool.submit(self._guarded, self._order, job))
            for order in orders:
                order.result()
            self._stop.set()
            for one in asking:
                one.result()

    def stop(self) -> None:
        """Break off: whoever waits for an answer gives up."""
        self._broken.set()
        self._stop.set()

    def ask_all(self) -> None:
        """Once more about everything that nobody was told the end of."""
        with requests.Session() as session, self._lock:
            for each in sorted(self.unsettled):
                self._ask(session, each)

    def _guarded(self, work: Callable[..., None], *arguments: object) -> None:
        with requests.Session() as session:
            session.trust_env = False
            try:
                work(session, *arguments)
            finally:
                connections.close_all()

    def _order(self, session: requests.Session, job: Job) -> None:
        name = self._post(session, job)
        with self._lock:
            self.sent += 1
            if name:
                self.unsettled.add(name)
        if name and job.is_cancelled:
            self._cancel(name)
        if name and job.is_repeated:
            self._post(session, job)

    def _post(self, session: requests.Session, job: Job) -> str:
        """Ask until there is an answer that counts; the identifier, or '' when refused."""
        body = {"service": "flux-pro", "prompt": f"a hill, number {job.number}"}
        order: dict[str, Any] = body | {"width": 256, "height": 256}
        if job.has_webhook:
            order["webhookUrl"] = self.hook
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self._broken.is_set():
            answer = self._call(session, "POST", "", order, {"Idempotency-Key": job.key})
            if answer is not None and answer.status_code == 200:
                name = str(answer.json()["data"]["generateimage"]["id"])
                replayed = "Idempotency-Replayed" in answer.headers
                self.journal.write("acknowledged", key=job.key, id=name, replayed=replayed)
                return name
            if answer is not None and answer.status_code not in AGAIN:
                self.journal.write(
                    "refused", key=job.key, status=answer.status_code, body=answer.text[:300]
                )
                return ""
            time.sleep(0.3)
        self.journal.write("gave up", key=job.key)
        return ""

    def _cancel(self, name: str) -> None:
        """As the owner does in the queue: the API has no cancel, like its model."""
        try:
            cancel(Generation.objects.get(pk=UUID(name)), self.owner)
        except TooLate:
            self.journal.write("too late", id=name)
        except Error:  # the database crashed meanwhile: nobody was told anything
            self.journal.write("cancel without answer", id=name)
            connections.close_all()
        else:
            self.journal.write("cancelled", id=name)

    def _ask_on(self, session: requests.Session) -> None:
        dice = Random(len(self.jobs))
        while not self._stop.wait(POLL_EVERY):
            with self._lock:
                some = dice.sample(sorted(self.unsettled), min(10, len(self.unsettled)))
            for each in some:
                self._ask(session, each)

    def _ask(self, session: requests.Session, name: str) -> None:
        answer = self._call(session, "GET", f"/{name}")
        if answer is None or answer.status_code != 200:
            return
        told = answer.json()["data"]["generateimage"]
        if told["status"] == "processing":
            return
        self.unsettled.discard(name)
        self.journal.write("final", id=name, status=told["status"], cost=told["creditCost"])
        if told["status"] == "completed":
            self._fetch(session, name, told["url"])

    def _fetch(self, session: requests.Session, name: str, url: str) -> None:
        try:
            answer = session.get(url, timeout=TIMEOUT)
        except requests.RequestException:  # the web process was killed: told nothing
            return
        if answer.status_code not in AGAIN:
            kind = answer.headers.get("Content-Type", "")
            self.journal.write("picture", id=name, status=answer.status_code, type=kind)

    def _call(
        self,
        session: requests.Session,
        method: str,
        path: str,
        order: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response | None:
        """None when there was no answer; every answer's status is kept for the report."""
        url = f"{self.url}/v1/text_to_image{path}"
        known = {"X-API-Key": self.api_key, **(headers or {})}
        try:
            answer = session.request(method, url, json=order, headers=known, timeout=TIMEOUT)
        except requests.RequestException as error:
            self.journal.write("no answer", method=method, error=type(error).__name__)
            return None
        if answer.status_code >= 500:
            self.journal.write("trouble", status=answer.status_code, body=answer.text[:300])
        else:
            self.journal.write("answer", status=answer.status_code)
        return answer
