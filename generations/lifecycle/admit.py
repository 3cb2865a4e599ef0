"""Admission: the promise to make pictures, in one transaction.

Idempotency record, the member's day, the wallet, the batch with its generations and holds, their
history and the wake-up: all of it or none. Lock order: idempotency, day, wallet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from generations.core import clock, ids, statement
from generations.credits import ledger, prices
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.keys.models import ApiKey, UpstreamKey
from generations.lifecycle import birth, key_limits
from generations.lifecycle.models import Batch, Generation, IdempotencyRecord, Series
from generations.lifecycle.states import MOST_RESETS, WAITS, Status, Wait
from generations.prompts.models import PromptVersion, Style
from generations.providers import catalogue
from generations.providers.contract import Spec
from generations.teams.models import Membership, Project
from generations.teams.modes import Mode

IDEMPOTENCY_LIFE = timedelta(hours=24)
MOST_AT_ONCE = 20
MOST_WITHOUT_UNDO = 10
UNDO_SECONDS = 5.0
MARGIN = 0.1  # seconds between the database's clock and the one that wakes the dispatcher
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
    style: Style | None = None  # whose words the spec's prompt ends with
    api_key: ApiKey | None = None
    webhook_url: str = ""
    retry_of: Generation | None = None
    series: Series | None = None
    may_wait: bool = False  # for the daily reset, instead of being refused
    may_wait_for_credit: bool = False  # and for credit in the team's wallet
    may_undo: bool = False  # for a few seconds, where it is more than a few pictures


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
    check(order)
    first = ids.uuid7()
    try:
        with transaction.atomic():
            if idempotency and (replay := _replay(idempotency, first)):
                return replay
            key = upstream.pick(order.membership.team, order.mode, order.spec.service)
            return Admission(create([order], key, first))
    except OperationalError as error:
        if _is_waiting_for_its_twin(error):
            raise InProgress from error
        raise


def check(order: Order) -> None:
    """Raises catalogue.SpecError."""
    catalogue.service(order.spec.service).check(order.spec)
    if not 1 <= order.count <= MOST_AT_ONCE:
        raise catalogue.SpecError(
            "count", _("Ask for 1 to {most} pictures at once.").format(most=MOST_AT_ONCE)
        )


# Claims the key, also one that was claimed more than a day ago. No row comes back where another
# call has it; on PostgreSQL the statement waits for a concurrent one to end.
CLAIM = """
    INSERT INTO generations_idempotencyrecord AS kept
        (scope, key, fingerprint, generation_id, created_at, expires_at)
    VALUES (%(scope)s, %(key)s, %(fingerprint)s, %(generation)s, %(now)s, %(expires)s)
    ON CONFLICT (scope, key) DO UPDATE SET
        fingerprint = excluded.fingerprint, generation_id = excluded.generation_id,
        created_at = excluded.created_at, expires_at = excluded.expires_at
    WHERE kept.expires_at < %(now)s
    RETURNING id
"""


def _replay(idempotency: Idempotency, first: UUID) -> Admission | None:
    """Claim the key for the generation to come, or find the answer that was given before."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "scope": idempotency.scope,
                "key": idempotency.key,
                "fingerprint": idempotency.fingerprint,
                "generation": ids.for_sql(first),
                "now": connection.ops.adapt_datetimefield_value(now),
                "expires": connection.ops.adapt_datetimefield_value(now + IDEMPOTENCY_LIFE),
            },
        )
        if cursor.fetchone():
            return None
    record = IdempotencyRecord.objects.get(scope=idempotency.scope, key=idempotency.key)
    if record.fingerprint != idempotency.fingerprint:
        raise KeyReused
    batch = Batch.objects.get(generations=record.generation_id)
    return Admission(list(batch.generations.order_by("id")), replayed=True)


def _is_waiting_for_its_twin(error: OperationalError) -> bool:
    """Whether a lock was waited for in vain, and it was that of the idempotency record."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (
        diagnosis is not None
        and diagnosis.sqlstate == LOCK_NOT_AVAILABLE
        and IdempotencyRecord._meta.db_table in (diagnosis.context or "")
    )


def create(
    orders: Sequence[Order], key: UpstreamKey, first: UUID | None = None
) -> list[Generation]:
    """All of them or none, inside the caller's transaction: a batch for each order.

    They are of one member, mode, project and API key; `first` is the id of the first generation.
    Raises Refusal.
    """
    now = clock.now()
    batches = [_batch(order, now) for order in orders]
    generations = [
        _generation(order, batch, key, now)
        for order, batch in zip(orders, batches, strict=True)
        for _number in range(order.count)
    ]
    generations[0].id = first or generations[0].id
    try:
        _hold(orders[0], batches, generations)
    except Refusal as refusal:
        if not _may_wait(orders[0], refusal, generations):
            raise
        for generation in generations:
            generation.wait = WAITS.get(refusal.binds, Wait.DAILY_LIMIT)
            # For a wallet no time can be told: at once for as many as fit, then with the credit.
            generation.due_at = refusal.frees_at or now
        birth.without_holds(birth.of(batches, generations), generations)
    statement.mark_written([*batches, *generations])
    if version := orders[0].prompt_version:
        version.count_use()
    return generations


def _hold(order: Order, batches: list[Batch], generations: list[Generation]) -> None:
    """Hold credits for all of them. Where it can be undone, nothing is sent for some seconds."""
    pause = 0.0
    if order.may_undo and len(generations) > MOST_WITHOUT_UNDO:
        pause = UNDO_SECONDS + MARGIN
        for generation in generations:
            generation.wait = Wait.UNDO
    holds = ledger.hold(
        order.membership,
        order.mode,
        [ledger.Ask(generation.id, generation.most) for generation in generations],
        project=order.project,
        api_key=key_limits.spender(order.api_key),
        beside=birth.of(batches, generations, pause),
    )
    for generation, held in zip(generations, holds, strict=True):
        generation.hold = held
    if pause:
        ids = [generation.pk for generation in generations]
        Generation.objects.filter(pk__in=ids).update(due_at=clock.after(UNDO_SECONDS))


def _batch(order: Order, now: datetime) -> Batch:
    return Batch(
        team=order.membership.team,
        author=order.membership.user,
        mode=order.mode,
        prompt_version=order.prompt_version,
        style=order.style,
        template=order.template or order.spec.prompt,
        values=dict(order.values),
        count=order.count,
        series=order.series,
        created_at=now,
    )


def _generation(order: Order, batch: Batch, key: UpstreamKey, now: datetime) -> Generation:
    spec = order.spec
    price = prices.estimate(spec.width, spec.height, spec.quality)
    return Generation(
        team=batch.team,
        batch=batch,
        author=batch.author,
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
        created_at=now,
    )


def _may_wait(order: Order, refusal: Refusal, generations: Sequence[Generation]) -> bool:
    """Whether it was asked to, and the last of them starts before it would be given up."""
    if refusal.binds == "wallet":
        return order.may_wait_for_credit
    if not (order.may_wait or order.may_wait_for_credit):
        return False
    key = order.api_key if refusal.binds == "key" else None
    before = waiting_before(order.membership, order.mode, key)
    most = max(generation.most for generation in generations)
    return 0 < refusal.resets_for(most, len(generations), before) <= MOST_RESETS


def waiting_before(membership: Membership, mode: str, key: ApiKey | None = None) -> int:
    """The credits at most that what already waits for a daily reset will take: all that the member
    asked for, or what came by one of their API keys.
    """
    asked = Generation.objects.for_team(membership.team).filter(author=membership.user, mode=mode)
    waiting = asked.filter(status=Status.QUEUED, hold=None)
    theirs = waiting.filter(api_key=key) if key else waiting
    found: int = theirs.aggregate(most=Sum("most", default=0))["most"]
    return found
