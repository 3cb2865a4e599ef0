"""A picture of Alice's under way, ordered by a script with a key and an address to be told at."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer

from generations.core import clock, signing
from generations.keys.models import ApiKey, UpstreamKey
from generations.lifecycle import moves
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation, Image, Transition
from generations.lifecycle.states import Status
from generations.providers.catalogue import Spec
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from generations.webhooks.models import Delivery

Submit = Callable[..., Attempt]


@pytest.fixture
def api_key(team: Team, alice: User) -> ApiKey:
    key = ApiKey(team=team, user=alice, name="Nightly", mode=Mode.TEST, digest="d" * 64)
    key.webhook_secret = signing.new_webhook_secret()
    key.save()
    return key


@pytest.fixture
def upstream_key(team: Team) -> UpstreamKey:
    """The practice key, which cannot be asked: what a webhook says is taken at its word."""
    UpstreamKey.objects.for_team(team).update(poll_path="")
    return UpstreamKey.objects.for_team(team).get()


@pytest.fixture
def submit(team: Team, alice: User, api_key: ApiKey, upstream_key: UpstreamKey) -> Submit:
    """submit() is a new attempt, sent and not answered yet."""

    def send(webhook_url: str = "") -> Attempt:
        spec = Spec("a lighthouse", 640, 512, "flux-pro", "standard", "flux-pro")
        membership = Membership.objects.get(team=team, user=alice)
        order = Order(membership, Mode.TEST, spec, api_key=api_key, webhook_url=webhook_url)
        admit(order)
        [attempt] = claim(upstream_key.pk)
        return attempt

    return send


@pytest.fixture
def attempt(submit: Submit) -> Attempt:
    return submit()


@pytest.fixture
def webhook_secret(upstream_key: UpstreamKey) -> str:
    return str(upstream_key.secrets.get(retired_at=None).webhook_secret)


def finished(upstream_id: str = "job-1", **changes: Any) -> bytes:
    """What the upstream posts when a picture is done."""
    notice = {
        "id": upstream_id,
        "status": "completed",
        "url": "https://cdn.doitong.com/outputs/job-1.jpg",
        "service": "flux-pro",
        "createdAt": "2026-05-01T10:00:00Z",
        "completedAt": "2026-05-01T10:00:09Z",
        "metadata": {"duration": None, "width": 640, "height": 512},
    }
    return json.dumps({**notice, **changes}).encode()


def hook_of(attempt: Attempt, provider: str = "sandbox") -> str:
    return f"/hooks/in/{provider}/{attempt.token}/"


def post(address: str, body: bytes, secret: str = "", **headers: Any) -> Any:
    """A POST as an upstream sends it, signed where a secret is given."""
    if secret:
        headers.setdefault("X-Doitong-Signature", signing.signature(body, secret))
    client = Client(enforce_csrf_checks=True)
    return client.post(address, body, content_type="application/json", headers=headers)


def status(generation: Generation) -> str:
    return Generation.objects.values_list("status", flat=True).get(pk=generation.pk)


def end(generation: Generation, target: Status, **changes: Any) -> Transition:
    """The generation's end and the news of it, as the lifecycle writes them."""
    fresh = Generation.objects.get(pk=generation.pk)
    if target == Status.COMPLETED:
        Generation.objects.filter(pk=fresh.pk).update(status=Status.STORING)
        fresh.status = Status.STORING
        changes = {"charged": 12, **changes}
        picture = {"sha256": "ab" * 32, "format": "png", "size": 9, "colour": "#102030"}
        Image.objects.create(
            generation=fresh,
            team=fresh.team,
            author=fresh.author,
            mode=fresh.mode,
            width=600,
            height=500,
            **picture,
        )
    moves.move(fresh, target, finished_at=clock.database_now(), **changes)
    return fresh.transitions.latest("pk")


@pytest.fixture
def address(httpserver: HTTPServer, settings: Settings) -> str:
    """A receiver that the operator allows although it is on this machine."""
    origin = httpserver.url_for("").rstrip("/")
    settings.ALLOWED_OUTBOUND_ORIGINS = [*settings.ALLOWED_OUTBOUND_ORIGINS, origin]
    return httpserver.url_for("/told")


@pytest.fixture
def delivery(submit: Submit, address: str) -> Delivery:
    end(submit(address).generation, Status.COMPLETED)
    return Delivery.objects.get()
