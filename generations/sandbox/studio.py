"""Where pictures are ordered, made and finished. One lock covers accounts, jobs and faults."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from generations.sandbox import faults
from generations.sandbox.accounts import Account, Accounts
from generations.sandbox.jobs import Job, Jobs
from generations.sandbox.once import Once
from generations.sandbox.options import Options
from generations.sandbox.order import Order
from generations.sandbox.outputs import Outputs
from generations.sandbox.refusals import delivery, refuse
from generations.sandbox.scheduler import Scheduler
from generations.sandbox.webhooks import Messenger
from generations.sandbox.wire import HangUp, Reply
from generations.sandbox.witness import Witness

PAINTERS = 2  # threads; a picture keeps one of them busy
QUICKEST, PER_MEGAPIXEL = 2.0, 0.5  # seconds a picture takes unless told otherwise


@dataclass(frozen=True)
class Accepted:
    """The job as it was when it was accepted, and what becomes of the answer."""

    view: dict[str, Any]
    delivery: Reply | HangUp | None


class Studio:
    def __init__(self, options: Options, public_url: str) -> None:
        self.options = options
        self.public_url = public_url
        self.lock = threading.RLock()
        self.once = Once()
        self.witness = Witness(options.log)
        self.messenger = Messenger(options, self.witness)
        self._painters = Scheduler("sandbox-painter", PAINTERS)
        self._ending = threading.Event()
        self.seconds, self.jitter = options.seconds, options.jitter
        self.forget()

    def forget(self) -> None:
        """Begin anew: no jobs, no memory of keys, every account full."""
        with self.lock:
            self.accounts = Accounts(self.options.secret)
            self.jobs = Jobs()
            self.faults = faults.Faults()
            self.outputs = Outputs()
            self.once.forget()
            self.witness.forget()

    def create(self, account: Account, order: Order, idempotency_key: str | None) -> Accepted:
        """Raises WireError, and Instead or HangUp when told to misbehave."""
        with self.lock:
            chosen = self.faults.choose(account.label, order.prompt)
            job = Job(account.label, order, chosen, seed=0)
            refuse(chosen, job.price)
            account.take(job.price)
            job = self.jobs.add(account.label, order, chosen)
            accepted = Accepted(job.view(), delivery(chosen))
        self.witness.tell(
            "creation",
            id=job.id,
            label=job.label,
            idempotency_key=idempotency_key,
            webhook_url=order.webhook_url,
            prompt=order.prompt,
            cost=job.stated_cost,
            faults=sorted(chosen),
        )
        if "early-webhook" in chosen:
            self._finish(account, job)
        else:
            self._painters.after(self._duration(job), lambda: self._finish(account, job))
        if "slow-answer" in chosen:
            self._ending.wait(faults.seconds(chosen, "slow-answer"))
        return accepted

    def stop(self) -> None:
        self._ending.set()
        self._painters.stop()
        self.messenger.stop()
        self.witness.close()

    def _finish(self, account: Account, job: Job) -> None:
        """Draw the picture, say so, and give the credits back if there is none."""
        has_failed = "fail" in job.faults
        if not has_failed:
            self.outputs.prepare(job)
        with self.lock:
            job.completed_at = datetime.now(UTC)
            account.running -= 1
            if has_failed:
                job.status = "failed"
                job.error = {
                    "code": job.faults["fail"].upper() or "GENERATION_FAILED",
                    "message": "The picture could not be made",
                }
                account.credits += job.price
            else:
                job.status, job.url = "completed", self._url(job)
        self.witness.tell("finish", id=job.id, status=job.status, cost=job.stated_cost)
        self.messenger.tell(job)

    def _duration(self, job: Job) -> float:
        if "slow" in job.faults:
            return faults.seconds(job.faults, "slow")
        usual = QUICKEST + PER_MEGAPIXEL * job.order.width * job.order.height / 1e6
        seconds = usual if self.seconds is None else self.seconds
        return seconds + self.jitter * Random(job.id).random()  # noqa: S311

    def _url(self, job: Job) -> str:
        file = f"outputs/{job.id}.{job.extension}"
        if "inside-url" in job.faults:
            return f"http://127.0.0.1:1/{file}"
        if "metadata-url" in job.faults:
            return "http://169.254.169.254/latest/meta-data/"
        if "other-host" in job.faults:
            return f"https://elsewhere.example/{file}"
        return f"{self.public_url}/{file}"
