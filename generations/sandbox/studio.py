"""Where pictures are ordered, made and finished. One lock covers accounts, jobs and faults."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from generations.sandbox import faults
from generations.sandbox.accounts import DAY, Account, Accounts
from generations.sandbox.jobs import Job, Jobs
from generations.sandbox.once import REPLAYED, Once, Ticket
from generations.sandbox.options import Options
from generations.sandbox.order import Order
from generations.sandbox.outputs import Outputs
from generations.sandbox.recall import creation, recall
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
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, reply: Reply) -> Reply:
        return replace(reply, delivery=self.delivery, headers=self.headers)


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
        self._begin()
        self._resume()

    def forget(self) -> None:
        """Begin anew: no jobs, no memory of keys, every account full."""
        with self.lock:
            self._begin()
            self.witness.forget()

    def create(self, account: Account, order: Order, ticket: Ticket | None) -> Accepted:
        """Raises WireError, and Instead or HangUp when told to misbehave."""
        with self.lock:
            if earlier := self.jobs.made_before(ticket):
                return Accepted(earlier.first_view(), None, REPLAYED)
            chosen = self.faults.choose(account.label, order.prompt)
            job = Job(account.label, order, chosen, seed=0)
            refuse(chosen, job.price)
            account.take(job.price)
            job = self.jobs.add(account.label, order, chosen, ticket)
            accepted = Accepted(job.view(), delivery(chosen))
        self.witness.tell("creation", job.created_at, **creation(job))
        if "early-webhook" in chosen:
            self._finish(account, job)
        else:
            self._paint(account, job)
        if "slow-answer" in chosen:
            self._ending.wait(faults.seconds(chosen, "slow-answer"))
        return accepted

    def stop(self) -> None:
        self._ending.set()
        self._painters.stop()
        self.messenger.stop()
        self.witness.close()

    def _begin(self) -> None:
        self.accounts = Accounts(self.options.secret)
        self.jobs = Jobs()
        self.faults = faults.Faults()
        self.outputs = Outputs()
        self.once.forget()

    def _resume(self) -> None:
        """Go on with what an earlier run left in the log; plans and settings are not in it."""
        with self.lock:
            for job, ended_at in recall(self.options.log):
                if ended_at:
                    job.end(ended_at, self._url(job))
                account, is_running = self.accounts.of(job.label), ended_at is None
                cost = 0 if job.status == "failed" else job.price
                account.recount(cost, int(job.created_at.timestamp()) // DAY, is_running=is_running)
                self.jobs.restore(job)
                if is_running:
                    self._paint(account, job)

    def _paint(self, account: Account, job: Job) -> None:
        self._painters.after(self._duration(job), lambda: self._finish(account, job))

    def _finish(self, account: Account, job: Job) -> None:
        """Draw the picture, say so, and give the credits back if there is none."""
        has_failed = "fail" in job.faults
        if not has_failed:
            self.outputs.prepare(job)
        with self.lock:
            moment = datetime.now(UTC)
            job.end(moment, self._url(job))
            account.running -= 1
            if has_failed:
                account.credits += job.price
        self.witness.tell("finish", moment, id=job.id, status=job.status, cost=job.stated_cost)
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
