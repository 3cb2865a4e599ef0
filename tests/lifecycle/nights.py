"""The nightly reconciliation in a test's own hands: everything so far was yesterday."""

from datetime import date, timedelta

import requests
from django.db import transaction
from django.db.models import F

from generations.keys.models import UpstreamKey
from generations.lifecycle import nightly
from generations.lifecycle.finish import fail
from generations.lifecycle.models import Attempt, Balance, Difference, Generation, Reconciliation
from generations.lifecycle.states import Failure, Status
from generations.teams import days
from tests.engine import run_messages, run_until
from tests.sandbox.running import Sandbox


def a_day_later(key: UpstreamKey) -> Reconciliation:
    """All attempts were yesterday's, and yesterday is reconciled."""
    day = timedelta(days=1)
    Attempt.objects.update(claimed_at=F("claimed_at") - day, sent_at=F("sent_at") - day)
    UpstreamKey.objects.update(created_at=F("created_at") - day)
    nightly.open_days()
    return reconciled(key)


def reconciled(key: UpstreamKey) -> Reconciliation:
    assert nightly.reconcile_due()
    run_messages()
    return Reconciliation.objects.filter(upstream_key=key).latest("day")


def again(key: UpstreamKey) -> Reconciliation:
    """The next time, as if the pause were over."""
    Reconciliation.objects.filter(done_at=None).update(due_at=F("since"))
    Attempt.objects.update(asked_at=None)
    return reconciled(key)


def yesterday(key: UpstreamKey) -> date:
    return days.today(key.team) - timedelta(days=1)


def upstream_id(generation: Generation) -> str:
    return generation.attempts.get(n=generation.attempt).upstream_id


def facts() -> list[tuple[str, int, int, int, int]]:
    rows = Difference.objects.order_by("id")
    return list(rows.values_list("kind", "billed", "charged", "lost", "unexplained"))


def given_up_early(generation: Generation, sandbox: Sandbox) -> None:
    """Ended here while the upstream still draws, which then finishes."""
    sandbox.control(seconds=0.5)
    run_until(lambda: status_of(generation) == Status.PROCESSING)
    with transaction.atomic():
        generation.refresh_from_db()
        assert fail(generation, Failure.TIMED_OUT)
    run_until(lambda: bool(sandbox.log("finish")))


def buy(sandbox: Sandbox, key: UpstreamKey) -> str:
    """A picture bought with the team's key, past the hub; the upstream's name for it."""
    api_key, _secret = sandbox.credentials(key.team_id.hex)
    order = {"service": "flux-pro", "prompt": "a boat", "width": 512, "height": 512}
    answer = requests.post(
        f"{sandbox.url}/v1/text_to_image", json=order, headers={"X-API-Key": api_key}, timeout=10
    )
    job: str = answer.json()["data"]["generateimage"]["id"]
    run_until(lambda: any(line["id"] == job for line in sandbox.log("finish")))
    return job


def a_balance_of_the_day_before(key: UpstreamKey, credits: int) -> None:
    day = yesterday(key) - timedelta(days=1)
    Balance.objects.create(
        team=key.team, upstream_key=key, day=day, credits=credits, under_way=0,
        at=days.starts_at(key.team, yesterday(key)) - timedelta(hours=1),
    )  # fmt: skip


def status_of(generation: Generation) -> str:
    return Generation.objects.values_list("status", flat=True).get(pk=generation.pk)
