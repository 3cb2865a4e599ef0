"""The chaos checker finds what it is there to find: every rule against a breach of it."""

import base64
import copy
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from generations.apps import guards
from generations.core import append_only
from generations.credits.models import Account, Entry
from generations.keys import issued
from generations.keys.models import UpstreamKey
from generations.lifecycle import store
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.apply import apply
from generations.lifecycle.cancel import cancel
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Generation
from generations.lifecycle.record import record
from generations.providers.contract import (
    ProviderError,
    Result,
    ResultState,
    Spec,
    Submission,
    Trouble,
)
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.chaos.checker import check
from tests.chaos.journal import Journals, Line
from tests.lifecycle.hostile import picture

pytestmark = pytest.mark.django_db(transaction=True)
SPEC = Spec("a hill", 256, 256, "flux-pro", "standard", "flux-pro")
HOOK = "http://127.0.0.1:9/told"
COST = 12


@pytest.fixture
def world(team: Team, alice: User, monkeypatch: pytest.MonkeyPatch) -> Journals:
    """One job completed and charged, one refused, one cancelled, and what all sides saw of it."""
    monkeypatch.setattr(store, "_download", lambda generation: picture((64, 64)))
    membership = Membership.objects.select_related("team", "user").get(user=alice, team=team)
    key = issued.issue(team, alice, name="script", mode=Mode.TEST)[0]
    order = Order(membership, Mode.TEST, SPEC, api_key=key, webhook_url=HOOK)
    done, refused, dropped = (admit(order).generations[0] for _ in range(3))
    cancel(dropped, alice)
    by_generation = {one.generation_id: one for one in claim(UpstreamKey.objects.get(team=team).pk)}
    record(by_generation[refused.pk], ProviderError(Trouble.REFUSED, "no", http_status=400))
    attempt = by_generation[done.pk]
    record(attempt, Submission("up-1", None, COST, 200, None))
    apply(attempt, Result("up-1", ResultState.COMPLETED, "http://127.0.0.1:9/x.png", COST, "", ""))
    store.store(done.pk)
    creation = {
        "event": "creation",
        "id": "up-1",
        "idempotency_key": attempt.idempotency_key,
        "webhook_url": f"http://hub/hooks/in/sandbox/{attempt.token}/",
    }
    finish = {"event": "finish", "id": "up-1", "status": "completed", "cost": COST}
    ends = [(done, "completed", COST), (refused, "failed", 0), (dropped, "cancelled", 0)]
    client: list[Line] = [{"event": "cancelled", "id": str(dropped.pk)}]
    for number, (each, status, cost) in enumerate(ends):
        client.append({"event": "acknowledged", "key": f"k{number}", "id": str(each.pk)})
        client.append({"event": "final", "id": str(each.pk), "status": status, "cost": cost})
    notices = [notice(each, status) for each, status, _ in ends]
    return Journals(client, [creation, finish], notices)


def notice(generation: Generation, status: str, name: str = "") -> Line:
    """What a receiver wrote down, signed as the protocol says."""
    assert generation.api_key is not None
    secret = generation.api_key.webhook_secret
    body = json.dumps({"id": str(generation.pk), "status": status}).encode()
    headers = {"webhook-id": name or f"{generation.pk}-{status}", "webhook-timestamp": "1700000000"}
    content = f"{headers['webhook-id']}.1700000000.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    standard = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    own = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers |= {"x-doitong-signature": f"sha256={own}", "webhook-signature": f"v1,{standard}"}
    return {"event": "delivery", "body": body.decode(), "headers": headers}


def rules(journals: Journals) -> set[str]:
    return {finding.rule for finding in check(journals)}


def of(status: str) -> Generation:
    return Generation.objects.select_related("hold").get(status=status)


def charge_again(generation: Generation) -> None:
    """A second charge, by raw SQL and with the guards lifted, consistent with its account."""
    first = Entry.objects.filter(reference=generation.pk).order_by("id").last()
    assert first is not None
    append_only.lift(guards())
    with transaction.atomic():
        Account.objects.filter(pk=first.account_id).update(posted=-2 * COST)
        first.pk, first.kind, first.posted, first.held = None, "settle", -COST, 0
        first.posted_after = -2 * COST
        first.save(force_insert=True)
    append_only.install(guards())


def execute(statement: str, *arguments: str) -> None:
    append_only.lift(guards())
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
    append_only.install(guards())


def test_a_consistent_world_has_no_findings(world: Journals) -> None:
    assert check(world) == []


def test_a_second_charge_is_found(world: Journals) -> None:
    charge_again(of("completed"))
    assert {"charged not once", "wrong charge", "sum of charges", "books differ"} <= rules(world)


def test_a_charge_for_a_failed_job_is_found(world: Journals) -> None:
    charge_again(of("failed"))
    assert {"charged for nothing", "sum of charges"} <= rules(world)


def test_a_charge_of_another_amount_than_stated_is_found(world: Journals) -> None:
    world.witness[1]["cost"] = COST + 1
    assert rules(world) == {"wrong charge", "sum of charges"}


def test_more_than_was_held_is_never_expected(world: Journals) -> None:
    world.witness[1]["cost"] = 5000
    wrong = next(finding for finding in check(world) if finding.rule == "wrong charge")
    assert wrong.sentence == f"was charged {COST} instead of {of('completed').most}"


@pytest.mark.parametrize("status", ["queued", "submitting", "unknown", "processing", "storing"])
def test_a_job_that_never_ends_is_found(world: Journals, status: str) -> None:
    execute("UPDATE generations_generation SET status = %s WHERE status = %s", status, "completed")
    assert "lost" in rules(world)


def test_an_acknowledged_job_that_is_not_there_is_found(world: Journals) -> None:
    world.client.append({"event": "acknowledged", "key": "k9", "id": "0" * 32})
    assert rules(world) == {"lost"}


def test_a_job_that_ended_twice_is_found(world: Journals) -> None:
    last = of("completed").transitions.latest("id")
    last.pk = None
    last.save(force_insert=True)
    assert rules(world) == {"ended not once"}


def test_a_completed_job_without_its_picture_is_found(world: Journals) -> None:
    execute("DELETE FROM generations_image")
    assert {"picture", "books differ"} <= rules(world)


def test_credits_still_held_after_the_end_are_found(world: Journals) -> None:
    execute("DELETE FROM generations_entry WHERE kind = %s", "release")
    assert {"resolved not once", "still held", "books differ"} <= rules(world)


Break = Callable[[Journals], object]


def _change(line: Line, **changes: object) -> None:
    line.update(changes)


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        ("two answers", lambda j: j.client.append({**j.client[1], "id": j.client[3]["id"]})),
        ("two owners", lambda j: j.client.append({**j.client[1], "key": "k8"})),
        ("refused", lambda j: j.client.append({"event": "refused", "key": "k9", "status": 400})),
        ("never answered", lambda j: j.client.append({"event": "gave up", "key": "k9"})),
        ("told otherwise", lambda j: _change(j.client[2], status="failed")),
        ("told otherwise", lambda j: _change(j.client[2], cost=COST + 1)),
        ("told otherwise", lambda j: _change(j.client[0], event="too late")),
        ("created twice", lambda j: j.witness.append(copy.deepcopy(j.witness[0]))),
        ("unknown creation", lambda j: _change(j.witness[0], idempotency_key="someone-1")),
        ("sent twice", lambda j: j.witness.append(_second_attempt(j.witness[0]))),
        ("wrong callback", lambda j: _change(j.witness[0], webhook_url="http://hub/x/")),
        ("wrong adoption", lambda j: _change(j.witness[0], id="up-2")),
        ("not delivered", lambda j: j.receiver.pop(0)),
        ("wrong delivery", lambda j: _change(j.receiver[0], **notice(of("completed"), "failed"))),
        ("bad signature", lambda j: _change(j.receiver[0], body=j.receiver[0]["body"] + " ")),
        ("two names", lambda j: j.receiver.append(notice(of("completed"), "completed", "other"))),
    ],
)
def test_a_breach_that_only_a_journal_shows_is_found(
    world: Journals, rule: str, plant: Break
) -> None:
    plant(world)
    assert rule in rules(world)


def _second_attempt(line: Line) -> Line:
    name, _, n = line["idempotency_key"].rpartition("-")
    return {**line, "id": "up-2", "idempotency_key": f"{name}-{int(n) + 1}"}
