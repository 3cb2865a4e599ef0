"""Telling a caller that its picture is done: signed, retried, and wrong when asked to be."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from generations.sandbox import faults
from generations.sandbox.accounts import webhook_secret
from generations.sandbox.jobs import Job
from generations.sandbox.options import Options
from generations.sandbox.order import SERVICE
from generations.sandbox.scheduler import Scheduler
from generations.sandbox.witness import Witness

THREADS = 8
PAUSES = (1.0, 3.0, 9.0)  # seconds between tries
CONNECT, READ = 2.0, 10.0  # seconds
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Messenger:
    def __init__(self, options: Options, witness: Witness) -> None:
        self.pauses: tuple[float, ...] = PAUSES
        self._options = options
        self._witness = witness
        self._scheduler = Scheduler("sandbox-webhook", THREADS)

    def tell(self, job: Job) -> None:
        """Send what this job's faults leave of its webhook."""
        if job.order.webhook_url is None:
            return
        body = payload(job)
        genuine = signature(body, webhook_secret(self._options.secret, job.label))
        if "forged-webhook" in job.faults:
            self._later(0, job, forged(job), "sha256=" + "0" * 64, "forged")
        if "no-webhook" in job.faults:
            return
        if "early-webhook" in job.faults:
            self._send(job, body, genuine, "early", 0)
            return
        late = "late-webhook" in job.faults
        pause = faults.seconds(job.faults, "late-webhook") if late else 0.0
        self._later(pause, job, body, genuine, "late" if late else "usual")
        if "double-webhook" in job.faults:
            self._later(pause, job, body, genuine, "double")

    def stop(self) -> None:
        self._scheduler.stop()

    def _later(
        self, seconds: float, job: Job, body: bytes, signed: str, kind: str, tries: int = 0
    ) -> None:
        self._scheduler.after(seconds, lambda: self._send(job, body, signed, kind, tries))

    def _send(self, job: Job, body: bytes, signed: str, kind: str, tries: int) -> None:
        url = job.order.webhook_url or ""
        status, error = self._post(url, body, {"X-Doitong-Signature": signed})
        self._witness.tell(
            "webhook", id=job.id, url=url, kind=kind, attempt=tries + 1, status=status, error=error
        )
        is_taken = status is not None and 200 <= status < 300
        if not is_taken and kind != "forged" and tries < len(self.pauses) and error != REFUSED:
            self._later(self.pauses[tries], job, body, signed, kind, tries + 1)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        if not self._may_call(url):
            return None, REFUSED
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    url,
                    data=body,
                    headers={"Content-Type": "application/json", **headers},
                    timeout=(CONNECT, READ),
                    allow_redirects=False,
                    stream=True,  # nobody reads the answer's body
                )
                return answer.status_code, ""
        except (requests.RequestException, ValueError) as error:
            return None, type(error).__name__

    def _may_call(self, url: str) -> bool:
        parts = urlsplit(url)
        host = parts.hostname or ""
        allowed = self._options.allow
        return host in LOOPBACK or host in allowed or f"{host}:{parts.port}" in allowed


REFUSED = "not loopback and not on the --allow list"


def payload(job: Job) -> bytes:
    view = job.view()
    names = ("id", "status", "url", "createdAt", "completedAt", "metadata", "creditCost")
    body = {name: view[name] for name in names} | {"service": SERVICE}
    if job.stated_cost is None:
        del body["creditCost"]
    if job.error:
        body["error"] = job.error
    return json.dumps(body, ensure_ascii=False).encode()


def forged(job: Job) -> bytes:
    body = json.loads(payload(job))
    body |= {"status": "completed", "url": "https://forged.example/picture.jpg", "creditCost": 1}
    return json.dumps(body).encode()


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
