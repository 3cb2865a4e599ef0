"""Sending: HTTP in a pool of threads, the database in the task's own thread only."""

import logging
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from generations.core import clock, crypto
from generations.core.queue.wake import wake
from generations.keys import upstream
from generations.lifecycle import moves
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.record import Outcome, record, record_all
from generations.lifecycle.states import AttemptState, Status
from generations.providers import registry
from generations.providers.contract import Connection, ProviderError, Spec, Submission, Trouble

logger = logging.getLogger(__name__)

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
    """Claim and send for one shared key, going on while slots come free.

    Never more at once than there are threads: what is marked as sending is being sent. The
    database is asked for all together that landed while it was asked before.
    A fault ends the claiming; it is raised when all that fly have landed.
    """
    fault: Exception | None = None
    started = time.monotonic()
    attempts: Sequence[Attempt] = claim(key_id, THREADS)
    if not attempts:
        return
    with ThreadPoolExecutor(THREADS) as pool:
        flying = send_all(attempts, pool)
        while flying:
            landed, _rest = wait(flying, return_when=FIRST_COMPLETED)
            try:
                land([(flying.pop(future), future) for future in landed])
                if not fault and time.monotonic() - started < CLAIM_FOR:
                    flying |= send_all(claim(key_id, THREADS - len(flying)), pool)
            except Exception as error:  # the boundary: the answers still to come are worth more
                logger.exception("Dispatch for key %s met a fault.", key_id)
                fault = fault or error
    if fault:
        raise fault
    if time.monotonic() - started >= CLAIM_FOR:
        wake(moves.DISPATCH, key_id)


def resend(attempt: Attempt) -> None:
    """Send one attempt again, byte for byte, after its answer was lost."""
    with ThreadPoolExecutor(1) as pool:
        land([(parcel, future) for future, parcel in send_all([attempt], pool).items()])


def send_all(
    attempts: Iterable[Attempt], pool: ThreadPoolExecutor
) -> dict[Future[Submission], Parcel]:
    parcels = []
    connections: dict[UUID, Connection] = {}
    for attempt in attempts:
        try:
            parcels.append(_parcel(attempt, connections))
        except crypto.CannotOpen:
            _not_opened(attempt)
    return {pool.submit(parcel.submit): parcel for parcel in _mark_sending(parcels)}


def _not_opened(attempt: Attempt) -> None:
    """It could be opened when the job was claimed. Not sent; what was sent before stays unknown."""
    logger.exception("Shared key %s cannot be opened.", attempt.upstream_key_id)
    trouble = Trouble.UNKNOWN if attempt.sends_so_far() else Trouble.NOT_SENT
    record(attempt, ProviderError(trouble, _("The key cannot be opened.")))


def _parcel(attempt: Attempt, connections: dict[UUID, Connection]) -> Parcel:
    """`connections` are of keys that were opened for others. Raises crypto.CannotOpen."""
    key = attempt.upstream_key
    if key.pk not in connections:
        connections[key.pk] = upstream.connection(key)
    connection = connections[key.pk]
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
    if not parcels:
        return []
    with transaction.atomic():
        # Whoever writes an attempt has locked its generation before.
        sending = Generation.objects.filter(
            pk__in=[parcel.attempt.generation_id for parcel in parcels], status=Status.SUBMITTING
        ).order_by("id")
        current = dict(sending.select_for_update(no_key=True).values_list("pk", "attempt"))
        held = [
            parcel.attempt.pk
            for parcel in parcels
            if current.get(parcel.attempt.generation_id) == parcel.attempt.n
        ]
        still = Attempt.objects.filter(pk__in=held, state=AttemptState.OPEN)
        marked = dict(still.values_list("pk", "generation_id"))
        Generation.objects.filter(pk__in=marked.values()).update(
            lease_until=clock.after(settings.DEADLINES["sending_lease"])
        )
        Attempt.objects.filter(pk__in=marked).update(
            state=AttemptState.SENDING,
            sent_at=clock.database_now(),
            sends=F("sends") + 1,
        )
    return [parcel for parcel in parcels if parcel.attempt.pk in marked]


def land(landed: Iterable[tuple[Parcel, Future[Submission]]]) -> None:
    """Raises what no provider may raise, after the others are recorded."""
    outcomes: list[Outcome] = []
    faults: list[BaseException] = []
    for parcel, future in landed:
        error = future.exception()
        if error is None:
            outcomes.append((parcel.attempt, future.result()))
        elif isinstance(error, ProviderError):
            outcomes.append((parcel.attempt, error))
        else:
            faults.append(error)
    record_all(outcomes)
    for fault in faults:
        raise fault
