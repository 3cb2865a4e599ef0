"""Sending: HTTP in a pool of threads, the database in the task's own thread only."""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from generations.core import clock
from generations.keys import upstream
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.record import record
from generations.lifecycle.states import AttemptState, Status
from generations.providers import registry
from generations.providers.contract import Connection, ProviderError, Spec, Submission

THREADS = 64
# Within a task's time limit: no claim later than this many seconds after the start.
CLAIM_FOR = 25


@dataclass(frozen=True)
class Parcel:
    """Everything that one submission needs, read from the database beforehand."""

    attempt: Attempt
    provider: str
    connection: Connection
    spec: Spec
    callback_url: str

    def submit(self) -> Submission:
        return registry.get(self.provider).submit(
            self.connection, self.spec, self.callback_url, self.attempt.idempotency_key
        )


def dispatch(key_id: UUID | str) -> None:
    """Claim and send for one shared key, going on while slots come free."""
    started = time.monotonic()
    attempts: Sequence[Attempt] = claim(key_id)
    if attempts:
        with ThreadPoolExecutor(THREADS) as pool:
            flying = _send_all(attempts, pool)
            while flying:
                landed, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in landed:
                    _land(flying.pop(future), future)
                if time.monotonic() - started < CLAIM_FOR:
                    flying |= _send_all(claim(key_id), pool)


def resend(attempt: Attempt) -> None:
    """Send one attempt again, byte for byte, after its answer was lost."""
    with ThreadPoolExecutor(1) as pool:
        for future, parcel in _send_all([attempt], pool).items():
            _land(parcel, future)


def _send_all(
    attempts: Iterable[Attempt], pool: ThreadPoolExecutor
) -> dict[Future[Submission], Parcel]:
    parcels = [_parcel(attempt) for attempt in attempts]
    return {pool.submit(parcel.submit): parcel for parcel in _mark_sending(parcels)}


def _parcel(attempt: Attempt) -> Parcel:
    key = attempt.upstream_key
    connection = upstream.connection(key)
    path = reverse("hook", kwargs={"provider": key.provider, "token": attempt.token})
    return Parcel(
        attempt=attempt,
        provider=key.provider,
        connection=connection,
        spec=attempt.generation.spec,
        # Without a secret nobody could tell a forged webhook: then we poll instead.
        callback_url=f"{settings.CALLBACK_URL}{path}" if connection.webhook_secret else "",
    )


def _mark_sending(parcels: list[Parcel]) -> list[Parcel]:
    """The intent, committed before the first byte: what is still `open` was never sent."""
    marked = []
    with transaction.atomic():
        for parcel in parcels:
            attempt = parcel.attempt
            held = Generation.objects.filter(
                pk=attempt.generation_id, status=Status.SUBMITTING, attempt=attempt.n
            ).update(lease_until=clock.after(settings.DEADLINES["sending_lease"]))
            sent = held and Attempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN).update(
                state=AttemptState.SENDING,
                sent_at=clock.database_now(),
                sends=F("sends") + 1,
            )
            if sent:
                marked.append(parcel)
    return marked


def _land(parcel: Parcel, future: Future[Submission]) -> None:
    error = future.exception()
    if error is None:
        record(parcel.attempt, future.result())
    elif isinstance(error, ProviderError):
        record(parcel.attempt, error)
    else:
        raise error
