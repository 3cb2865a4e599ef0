"""`/v1/text_to_image`: the page's envelope, strict parameters, and who may see what."""

from typing import Any

import pytest
from django.test import Client

from generations.credits.models import Hold
from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.teams.models import Project, Team, User
from generations.teams.modes import Mode
from tests.api.conftest import Issue, Script, code, generation_of, one

pytestmark = pytest.mark.django_db


def test_a_picture_is_accepted_in_the_pages_envelope(script: Script, alice: User) -> None:
    answer = script.ask(prompt="a harbour", quality="high", version="flux-pro-1.1")
    assert set(answer.json()) == {"data"}
    assert set(answer.json()["data"]) == {"generateimage"}
    picture = one(answer)
    assert picture["status"] == "processing"
    assert picture["url"] is None
    assert picture["webhookUrl"] is None
    assert picture["metadata"]["stage"] == "queued"
    assert picture["creditCost"] == 13
    generation = generation_of(answer)
    assert picture["createdAt"] == generation.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert generation.author == alice
    assert generation.api_key == script.key
    assert generation.mode == Mode.TEST
    assert (generation.prompt, generation.quality) == ("a harbour", "high")
    assert Hold.objects.get(reference=generation.pk).amount == 20


def test_only_service_and_prompt_are_needed(script: Script) -> None:
    generation = generation_of(
        script.post("/v1/text_to_image", {"service": "flux-pro", "prompt": "a hill"})
    )
    assert (generation.width, generation.height) == (1024, 1024)
    assert (generation.version, generation.quality) == ("flux-pro", "standard")


def test_null_is_the_same_as_not_given(script: Script) -> None:
    answer = script.ask(width=None, height=None, version=None, quality=None, webhookUrl=None)
    assert one(answer)["width"] == 1024


def test_a_doubled_member_counts_once(script: Script) -> None:
    body = '{"service": "flux-pro", "prompt": "a", "prompt": "b", "width": 256, "height": 256}'
    assert generation_of(script.post("/v1/text_to_image", body)).prompt == "b"


def test_the_project_of_the_key_is_charged(script: Script, team: Team) -> None:
    script.key.project = Project.objects.create(team=team, name="Autumn")
    script.key.save()
    assert generation_of(script.ask()).project == script.key.project


def test_a_webhook_address_is_kept_and_shown(script: Script, settings: Any) -> None:
    settings.ALLOWED_OUTBOUND_ORIGINS = ["http://127.0.0.1:9"]
    answer = script.ask(webhookUrl="http://127.0.0.1:9/done")
    assert one(answer)["webhookUrl"] == "http://127.0.0.1:9/done"
    assert generation_of(answer).webhook_url == "http://127.0.0.1:9/done"


def test_a_generation_is_shown_as_it_stands(script: Script, alice: User) -> None:
    generation = generation_of(script.ask())
    Generation.objects.filter(pk=generation.pk).update(status="processing")
    picture = one(script.show(generation.pk))
    assert (picture["status"], picture["metadata"]["stage"]) == ("processing", "processing")
    assert (picture["duration"], picture["completedAt"]) == (None, None)
    assert picture["creditCost"] == 10


def test_what_was_cancelled_says_so_and_cost_nothing(script: Script, alice: User) -> None:
    generation = generation_of(script.ask())
    cancel(generation, alice)
    picture = one(script.show(generation.pk))
    assert (picture["status"], picture["creditCost"]) == ("cancelled", 0)
    assert picture["completedAt"] is not None
    assert picture["error"] is None


@pytest.mark.parametrize("wanted", ["x", "0", "019aa3f2-8c11-7d3e-9a50-2f6f0c1b7e44"])
def test_an_unknown_id_is_404(script: Script, wanted: str) -> None:
    assert code(script.show(wanted)) == (404, "NOT_FOUND", "")


def test_another_teams_generation_is_as_unknown_as_none(
    script: Script, issue: Issue, charlie: User, other_team: Team
) -> None:
    foreign = generation_of(issue(charlie, team=other_team).ask())
    answer, nothing = script.show(foreign.pk), script.show("x")
    assert (answer.status_code, answer.content) == (404, nothing.content)


def test_a_colleagues_generation_is_shown_but_not_the_other_modes(
    issue: Issue, alice: User, bob: User, team: Team
) -> None:
    generation = generation_of(issue(bob).ask())
    assert one(issue(alice).show(generation.pk))["id"] == str(generation.pk)
    assert issue(alice, mode="live").show(generation.pk).status_code == 404


def test_a_live_key_never_reaches_practice(issue: Issue, alice: User, team: Team) -> None:
    answer = issue(alice, mode="live").ask()
    assert code(answer) == (502, "UPSTREAM_ERROR", "")
    assert not Generation.objects.exists()


def test_a_practice_key_never_reaches_a_live_upstream(
    script: Script, alice: User, team: Team, settings: Any
) -> None:
    settings.ALLOWED_OUTBOUND_ORIGINS = ["http://127.0.0.1:9"]
    live = upstream.add(
        team,
        alice,
        name="Ours",
        provider="doitong",
        api_key="live-key-1234567890",
        base_url="http://127.0.0.1:9",
    )
    assert generation_of(script.ask()).upstream_key != live
    UpstreamKey.objects.filter(mode=Mode.TEST).update(state=KeyState.PAUSED)
    assert code(script.ask()) == (502, "UPSTREAM_ERROR", "")


@pytest.mark.parametrize("path", ["/v1/text_to_image/", "/v1/", "/v1/nothing", "/v1/a/b"])
def test_an_unknown_address_answers_in_json(script: Script, path: str) -> None:
    assert code(script.client.get(path)) == (404, "NOT_FOUND", "")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head"])
def test_a_wrong_method_is_405(script: Script, method: str) -> None:
    answer = getattr(script.client, method)("/v1/text_to_image")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "X-RateLimit-Limit" in answer.headers


def test_no_origin_is_let_in_and_nothing_is_stored(script: Script) -> None:
    answer = script.ask(headers={"Origin": "https://evil.example"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert not answer.cookies


def test_a_browsers_csrf_token_is_not_asked_for(script: Script) -> None:
    client = Client(enforce_csrf_checks=True, headers={"X-API-Key": script.text})
    body = {"service": "flux-pro", "prompt": "a hill", "width": 256, "height": 256}
    answer = client.post("/v1/text_to_image", body, content_type="application/json")
    assert answer.status_code == 200
