"""Admission: the promise to make pictures, in one transaction.

Idempotency record, the member's day, the wallet, the batch with its generations and holds, their
history and the wake-up: all of it or none. Lock order: idempotency, day, wallet.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generations.core import clock, ids
from generations.core.queue.wake import wake
from generations.credits import ledger, prices
from generations.credits.models import Hold
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.keys.models import ApiKey, UpstreamKey
from generations.lifecycle import moves
from generations.lifecycle.models import Batch, Generation, IdempotencyRecord
from generations.lifecycle.states import Wait
from generations.prompts.models import PromptVersion
from generations.providers import catalogue
from generations.providers.contract import Spec
from generations.teams.models import Membership, Project
from generations.teams.modes import Mode

IDEMPOTENCY_LIFE = timedelta(hours=24)
MOST_AT_ONCE = 20
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock that was waited for in vain


@dataclass(frozen=True)
class Order:
    """What somebody asks for: `count` pictures of one spec."""

    membership: Membership
    mode: Mode
    spec: Spec
    count: int = 1
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    project: Project | None = None
    prompt_version: PromptVersion | None = None
    api_key: ApiKey | None = None
    webhook_url: str = ""
    retry_of: Generation | None = None
    may_wait: bool = False  # for the daily reset, or for credit, instead of being refused


@dataclass(frozen=True)
class Idempotency:
    """Who calls which route (`scope`), with which key, asking what (a digest of the body)."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Admission:
    generations: Sequence[Generation]
    replayed: bool = False


class KeyReused(Exception):
    """The same idempotency key came with another body."""


class InProgress(Exception):
    """The first call with this idempotency key has not ended yet."""


def admit(order: Order, idempotency: Idempotency | None = None) -> Admission:
    """Hold the most the pictures may cost and queue them.

    Raises Refusal (nothing held), catalogue.SpecError, upstream.NoUsableKey, KeyReused, InProgress.
    """
    catalogue.service(order.spec.service).check(order.spec)
    if not 1 <= order.count <= MOST_AT_ONCE:
        raise catalogue.SpecError(
            "count", _("Ask for 1 to {most} pictures at once.").format(most=MOST_AT_ONCE)
        )
    first = ids.uuid7()
    try:
        with transaction.atomic():
            if idempotency and (replay := _replay(idempotency, first)):
                return replay
            key = upstream.pick(order.membership.team, order.mode)
            return Admission(_create(order, key, first))
    except OperationalError as error:
        if idempotency and getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise InProgress from error
        raise


def _replay(idempotency: Idempotency, first: UUID) -> Admission | None:
    """Claim the key for the generation to come, or find the answer that was given before.

    On PostgreSQL the insert waits for a concurrent first call, two seconds at most.
    """
    rows = IdempotencyRecord.objects.filter(scope=idempotency.scope, key=idempotency.key)
    rows.filter(expires_at__lt=clock.database_now()).delete()
    claim = IdempotencyRecord(
        scope=idempotency.scope,
        key=idempotency.key,
        fingerprint=idempotency.fingerprint,
        generation_id=first,
        expires_at=timezone.now() + IDEMPOTENCY_LIFE,
    )
    with _patience():
        IdempotencyRecord.objects.bulk_create([claim], ignore_conflicts=True)
    record = rows.get()
    if record.generation_id == first:
        return None
    if record.fingerprint != idempotency.fingerprint:
        raise KeyReused
    batch = Batch.objects.get(generations=record.generation_id)
    return Admission(list(batch.generations.order_by("id")), replayed=True)


@contextmanager
def _patience() -> Iterator[None]:
    """Two seconds for this lock, the connection's own patience again for the locks that follow."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        yield
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _create(order: Order, key: UpstreamKey, first: UUID) -> list[Generation]:
    spec, membership = order.spec, order.membership
    price = prices.estimate(spec.width, spec.height, spec.quality)
    batch = Batch.objects.create(
        team=membership.team,
        author=membership.user,
        mode=order.mode,
        prompt_version=order.prompt_version,
        template=order.template or spec.prompt,
        values=dict(order.values),
        count=order.count,
    )
    rows = [
        Generation(
            id=first if number == 0 else ids.uuid7(),
            team=membership.team,
            batch=batch,
            author=membership.user,
            api_key=order.api_key,
            project=order.project,
            mode=order.mode,
            retry_of=order.retry_of,
            service=spec.service,
            prompt=spec.prompt,
            width=spec.width,
            height=spec.height,
            version=spec.version,
            quality=spec.quality,
            webhook_url=order.webhook_url,
            likely=price.likely,
            most=price.most,
            upstream_key=key,
        )
        for number in range(order.count)
    ]
    _fund(order, rows)
    generations = Generation.objects.bulk_create(rows)
    for generation in generations:
        moves.record(generation, "")
    if order.prompt_version:
        order.prompt_version.count_use()
    wake(moves.DISPATCH, key.pk)
    return generations


def _fund(order: Order, generations: list[Generation]) -> None:
    """Hold credits for all of them; or, where the order may wait, let all wait for the reset."""
    try:
        with transaction.atomic():
            for generation, held in zip(generations, hold_for(order, generations), strict=True):
                generation.hold = held
    except Refusal as refusal:
        if not (order.may_wait and refusal.ends_for(generations[0].most)):
            raise
        for generation in generations:
            generation.wait = Wait.DAILY_LIMIT
            generation.due_at = refusal.frees_at


def hold_for(order: Order, generations: Sequence[Generation]) -> list[Hold]:
    return ledger.hold(
        order.membership,
        order.mode,
        [ledger.Ask(generation.id, generation.most) for generation in generations],
        project=order.project,
        api_key=order.api_key.pk if order.api_key else None,
    )
