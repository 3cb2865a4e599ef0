"""Admission as anybody would write it first: plain ORM, a query for each thought.

What the real door must come to, row by row (see test_admitted_rows.py), and the peer that it is
measured against. It shares no statement and no private function with it.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from generations.core import clock, ids
from generations.core.queue.wake import wake
from generations.credits import limits, prices
from generations.credits.limits import Standing
from generations.credits.models import Account, ApiKeyDay, Entry, Hold, UserDay
from generations.credits.refusals import Refusal
from generations.keys import upstream
from generations.keys.models import UpstreamKey
from generations.lifecycle import key_limits
from generations.lifecycle.admit import Idempotency, KeyReused, Order
from generations.lifecycle.models import Batch, Generation, IdempotencyRecord, Transition

REMEMBERED = timedelta(hours=24)
AT_MOST_AT_ONCE = 10  # pictures that nobody wants to take back
TO_TAKE_IT_BACK = 5.0  # seconds
DAYS_KEPT = 3  # of what waits for credit
WAITS = {"wallet": "wallet", "key": "api_key_day", "member": "daily_limit", "plan": "daily_limit"}


class Overtaken(Exception):
    """Somebody took the room between the look and the write: begin again."""


def admit(order: Order, idempotency: Idempotency | None = None) -> list[Generation]:
    """Raises Refusal, upstream.NoUsableKey, KeyReused."""
    while True:
        try:
            with transaction.atomic():
                first = ids.uuid7()
                if idempotency and (known := _known(idempotency, first)):
                    return known
                team, service = order.membership.team, order.spec.service
                return create([order], upstream.pick(team, order.mode, service), first)
        except Overtaken:
            continue


def _known(idempotency: Idempotency, first: UUID) -> list[Generation]:
    now, scope, key = clock.now(), idempotency.scope, idempotency.key
    IdempotencyRecord.objects.filter(scope=scope, key=key, expires_at__lt=now).delete()
    record, is_new = IdempotencyRecord.objects.get_or_create(
        scope=scope,
        key=key,
        defaults={
            "fingerprint": idempotency.fingerprint,
            "generation_id": first,
            "expires_at": now + REMEMBERED,
        },
    )
    if is_new:
        return []
    if record.fingerprint != idempotency.fingerprint:
        raise KeyReused
    return list(Generation.objects.filter(batch=record.generation.batch_id).order_by("id"))


def create(
    orders: Sequence[Order], key: UpstreamKey, first: UUID | None = None
) -> list[Generation]:
    """A batch for each order, in the caller's transaction. Raises Refusal, Overtaken."""
    generations: list[Generation] = []
    for order in orders:
        batch = Batch.objects.create(
            team=order.membership.team,
            author=order.membership.user,
            mode=order.mode,
            prompt_version=order.prompt_version,
            style=order.style,
            template=order.template or order.spec.prompt,
            values=dict(order.values),
            count=order.count,
            series=order.series,
        )
        generations += [_generation(order, batch, key) for _ in range(order.count)]
    generations[0].id = first or generations[0].id
    pause = _fund(orders[0], generations)
    Generation.objects.bulk_create(generations)
    Transition.objects.bulk_create(
        Transition(generation=each, team_id=each.team_id, target="queued") for each in generations
    )
    if orders[0].prompt_version:
        orders[0].prompt_version.count_use()
    wake("generations.lifecycle.tasks.dispatch", key.pk, after=pause)
    return generations


def _generation(order: Order, batch: Batch, key: UpstreamKey) -> Generation:
    spec = order.spec
    price = prices.estimate(spec.width, spec.height, spec.quality)
    return Generation(
        team=order.membership.team,
        batch=batch,
        author=order.membership.user,
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


def _fund(order: Order, generations: list[Generation]) -> float:
    """Returns for how many seconds nothing is sent, so that it can be taken back."""
    try:
        _hold(order, generations)
    except Refusal as refusal:
        if not _may_wait(order, refusal, generations):
            raise
        for each in generations:
            each.wait, each.due_at = WAITS[refusal.binds], refusal.frees_at or clock.now()
        return 0.0
    if not order.may_undo or len(generations) <= AT_MOST_AT_ONCE:
        return 0.0
    for each in generations:
        each.wait, each.due_at = "undo", clock.after(TO_TAKE_IT_BACK)
    return TO_TAKE_IT_BACK


def _may_wait(order: Order, refusal: Refusal, generations: list[Generation]) -> bool:
    if refusal.binds == "wallet":
        return order.may_wait_for_credit
    if not (order.may_wait or order.may_wait_for_credit) or refusal.frees_at is None:
        return False
    waiting = Generation.objects.filter(
        team=order.membership.team, author=order.membership.user, mode=order.mode
    ).filter(status="queued", hold=None)
    if refusal.binds == "key":
        waiting = waiting.filter(api_key=order.api_key)
    # Day by day, as many as a whole limit pays for.
    most = max(each.most for each in generations)
    pictures = len(generations) + sum(each.most for each in waiting) / most
    return refusal.whole // most * DAYS_KEPT >= pictures


def _hold(order: Order, generations: list[Generation]) -> None:
    total = sum(each.most for each in generations)
    standing = limits.now(order.membership, order.mode, key_limits.spender(order.api_key))
    if refusal := standing.refusal(total):
        raise refusal
    day = _reserve_day(standing, total)
    _reserve_key_day(standing, day, total)
    account = _reserve_wallet(standing.account, total)
    holds = Hold.objects.bulk_create(
        Hold(
            account=account,
            user=order.membership.user,
            project=order.project,
            reference=each.id,
            api_key=standing.key.id if standing.key else None,
            day=standing.day,
            amount=each.most,
        )
        for each in generations
    )
    running, entries = account.held - total, []
    for each, hold in zip(generations, holds, strict=True):
        each.hold = hold
        running += hold.amount
        entries.append(
            Entry(
                account=account,
                kind="hold",
                posted=0,
                held=hold.amount,
                posted_after=account.posted,
                held_after=running,
                day=hold.day,
                user=hold.user,
                project=hold.project,
                hold=hold,
                reference=hold.reference,
            )
        )
    Entry.objects.bulk_create(entries)


def _reserve_day(standing: Standing, total: int) -> UserDay:
    member, limit = standing.membership, standing.daily_limit
    day, _is_new = UserDay.objects.get_or_create(
        team=member.team, user=member.user, day=standing.day, mode=standing.account.mode
    )
    rows = UserDay.objects.filter(pk=day.pk)
    if limit is not None:
        rows = rows.filter(reserved__lte=limit - total - F("spent"))
    if not rows.update(reserved=F("reserved") + total):
        raise Overtaken
    return day


def _reserve_key_day(standing: Standing, day: UserDay, total: int) -> None:
    """The row of a key with a limit begins with what the key holds and has spent by then."""
    key = standing.key
    if key is None or (key.daily_limit is None and not day.has_key_days):
        return
    rows = ApiKeyDay.objects.filter(api_key=key.id, day=standing.day)
    if key.daily_limit is not None and not rows.exists():
        sums = Hold.objects.filter(api_key=key.id, day=standing.day).aggregate(
            spent=Coalesce(Sum("charged"), 0),
            reserved=Coalesce(Sum("amount", filter=Q(resolved_at=None)), 0),
        )
        ApiKeyDay.objects.create(
            team=standing.membership.team, api_key=key.id, day=standing.day, **sums
        )
        UserDay.objects.filter(pk=day.pk).update(has_key_days=True)
    if key.daily_limit is not None:
        within = rows.filter(reserved__lte=key.daily_limit - total - F("spent"))
        if not within.update(reserved=F("reserved") + total):
            raise Overtaken
    else:
        rows.update(reserved=F("reserved") + total)


def _reserve_wallet(account: Account, total: int) -> Account:
    rows = Account.objects.filter(pk=account.pk, frozen_at=None)
    covers = Q(is_enforced=False) | Q(posted__gte=F("held") + total)
    if not rows.filter(covers).update(held=F("held") + total):
        raise Overtaken
    account.refresh_from_db(fields=["posted", "held"])
    return account
