"""Trying a shared key: is it accepted, and what does its upstream really do?"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from generations.core import clock, ids
from generations.keys import learning, upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.providers import registry
from generations.providers.contract import (
    Connection,
    Provider,
    ProviderError,
    Result,
    ResultState,
    Spec,
    Submission,
    Trouble,
)
from generations.teams import audit
from generations.teams.models import User

PROMPT = "A small lighthouse on a calm morning, soft light, wide sea"
SIDE = 512
# Seconds. No question begins after `PATIENCE`, and one takes 20 at most: 40 in all.
PATIENCE = 20.0
PAUSE = 1.0
FAILURES_MAX = 5

SAYS_NO = {Trouble.KEY_REJECTED, Trouble.EXHAUSTED}


@dataclass
class Looks:
    """What came of asking for the job's state again and again."""

    result: Result | None = None
    answers: int = 0
    refusals: int = 0
    failures: int = 0
    has_webhook: bool = False

    @property
    def polling(self) -> bool | None:
        """Whether asking works; None where it could not be found out."""
        if self.answers:
            return True
        return False if self.refusals else None


def test(
    key: UpstreamKey,
    actor: User,
    buy: bool,
    callback_url: str = "",
    has_arrived: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Try the key, for at most 40 s, outside any transaction. No wallet is charged.

    Without `buy` only whether it is accepted (None where the upstream gave no clear answer), at no
    cost: {"accepted", "message", "at"}, the message empty unless something went wrong. With it,
    one picture of 512 x 512 is bought, and the answer, kept as `key.findings`, also has "polling",
    "cost" and "webhook": True, False, or None where it could not be tried. A webhook can be tried
    with an address to send it to and a way to ask whether it came. Where the answer was lost there
    is "may_be_bought": True, for nobody can tell. An upstream that cannot be asked is not asked
    again: `poll_path` is emptied, and the key is paused where it has no webhook secret either.
    Raises crypto.CannotOpen.
    """
    connection = upstream.connection(key)
    provider = registry.get(key.provider)
    is_buying = False
    try:
        learning.take_balance(key, provider.balance(connection))
        if key.state == KeyState.REJECTED:
            upstream.mark(key, KeyState.ACTIVE)
        if not buy:
            return _findings(True)
        is_buying = True
        submission = provider.submit(
            connection, _spec(provider), callback_url, f"test-{ids.token()}"
        )
    except ProviderError as error:
        if error.trouble is Trouble.KEY_REJECTED:
            upstream.mark(key, KeyState.REJECTED)
        elif error.trouble is Trouble.EXHAUSTED:
            learning.take_balance(key, error.credits_left)
            upstream.exhaust(key)
        said = _findings(False if error.trouble in SAYS_NO else None, error.message)
        is_lost = is_buying and error.trouble is Trouble.UNKNOWN
        return said | {"may_be_bought": True} if is_lost else said
    learning.take_rate(key, submission.rate)
    upstream.mark(key, KeyState.ACTIVE)
    can_call = bool(callback_url and connection.webhook_secret and has_arrived)
    looks = _look(provider, connection, submission, has_arrived if can_call else None)
    findings = _findings(True) | {
        "webhook": looks.has_webhook if can_call else None,
        "polling": looks.polling,
        "cost": submission.cost is not None or bool(looks.result and looks.result.cost is not None),
    }
    _keep(key, actor, findings)
    return findings


def _spec(provider: Provider) -> Spec:
    service = provider.catalogue[0]
    return Spec(PROMPT, SIDE, SIDE, service.default_version, service.default_quality, service.slug)


def _findings(is_accepted: bool | None, message: str = "") -> dict[str, Any]:
    return {"accepted": is_accepted, "message": message, "at": clock.now().isoformat()}


def _look(
    provider: Provider,
    connection: Connection,
    submission: Submission,
    has_arrived: Callable[[], bool] | None,
) -> Looks:
    """Ask until the job is final and its webhook is there, or patience ends."""
    looks = Looks(result=submission.result)
    until = time.monotonic() + PATIENCE
    is_asking = bool(connection.poll_path)
    while True:
        if is_asking:
            is_asking = _ask(provider, connection, submission.upstream_id, looks)
        if has_arrived is not None:
            looks.has_webhook = looks.has_webhook or has_arrived()
        is_waiting = has_arrived is not None and not looks.has_webhook
        if not (is_asking or is_waiting) or time.monotonic() + PAUSE > until:
            return looks
        time.sleep(PAUSE)


def _ask(provider: Provider, connection: Connection, upstream_id: str, looks: Looks) -> bool:
    """One question. Whether another one makes sense."""
    try:
        looks.result = provider.fetch(connection, upstream_id)
    except ProviderError as error:
        looks.failures += 1
        looks.refusals += error.permanent
        return looks.failures < FAILURES_MAX
    looks.answers += 1
    return looks.result.state is ResultState.PROCESSING


@transaction.atomic
def _keep(key: UpstreamKey, actor: User, findings: dict[str, Any]) -> None:
    key.findings = findings
    changed = ["findings"]
    if findings["polling"] is False:
        key.poll_path = ""
        changed.append("poll_path")
    key.save(update_fields=changed)
    if key.why_deaf:
        upstream.pause(key, actor)
    audit.record(key.team, actor, "upstream_key.tested", key.name, key=str(key.pk), **findings)
