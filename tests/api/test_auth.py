"""The key: either header at either address, and nothing else."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle.models import Generation
from generations.teams.models import Membership, Role, Team, User
from tests.api.conftest import GENERATE, SHOW, Issue, Script, code, error, one

pytestmark = pytest.mark.django_db
HEADERS = ["X-API-Key", "Authorization"]


def _every_call(client: Client) -> list[Any]:
    body = {"service": "flux-pro", "prompt": "a hill"}
    return [
        client.post("/v1/text_to_image", body, content_type="application/json"),
        client.get("/v1/text_to_image/019aa3f2-8c11-7d3e-9a50-2f6f0c1b7e44"),
        client.get("/v1/elsewhere"),
        client.post("/graphql", {"query": GENERATE}, content_type="application/json"),
        client.get("/graphql"),
    ]


@pytest.mark.parametrize("header", HEADERS)
def test_either_header_opens_either_address(issue: Issue, alice: User, header: str) -> None:
    script = issue(alice, header=header)
    first, second = one(script.ask()), one(script.generate())
    assert one(script.show(first["id"]))["id"] == first["id"]
    assert one(script.query(SHOW, {"id": second["id"]}))["id"] == second["id"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_is_known_in_any_case(script: Script, scheme: str) -> None:
    client = Client(headers={"Authorization": f"{scheme}  {script.text} "})
    assert client.get("/v1/text_to_image/x").status_code == 404


def test_another_scheme_is_a_proxys_and_does_not_matter(script: Script) -> None:
    headers = {"Authorization": "Basic Zm9vOmJhcg==", "X-API-Key": script.text}
    assert Client(headers=headers).get("/v1/text_to_image/x").status_code == 404


def test_two_different_keys_are_none(issue: Issue, alice: User, bob: User) -> None:
    hers, his = issue(alice).text, issue(bob).text
    client = Client(headers={"X-API-Key": hers, "Authorization": f"Bearer {his}"})
    assert client.get("/v1/text_to_image/x").status_code == 401
    client = Client(headers={"X-API-Key": hers, "Authorization": f"Bearer {hers}"})
    assert client.get("/v1/text_to_image/x").status_code == 404


def test_without_a_key_there_is_only_401(team: Team) -> None:
    for answer in _every_call(Client()):
        assert code(answer) == (401, "UNAUTHORIZED", "")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.headers["X-RateLimit-Remaining"] == "0"


def test_a_signed_in_browser_is_not_a_key(alice: User, team: Team) -> None:
    client = Client()
    client.force_login(alice)
    for answer in _every_call(client):
        assert answer.status_code == 401


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("what", ["expired", "revoked", "left", "reviewer", "inactive", "typo"])
def test_a_key_that_no_longer_holds_gets_the_strangers_answer(
    issue: Issue, alice: User, bob: User, team: Team, what: str, header: str
) -> None:
    script = issue(bob, header=header)
    assert script.show("x").status_code == 404
    membership = Membership.objects.filter(user=bob, team=team)
    match what:
        case "expired":
            ApiKey.objects.filter(pk=script.key.pk).update(expires_at="2020-01-01T00:00Z")
        case "revoked":
            issued.revoke(script.key, alice)
        case "left":
            membership.delete()
        case "reviewer":
            membership.update(role=Role.REVIEWER)
        case "inactive":
            User.objects.filter(pk=bob.pk).update(is_active=False)
        case "typo":
            script = Script(script.key, script.text[:-1] + "_", header)
    stranger = Client().get("/v1/text_to_image/x")
    answer = script.show("x")
    assert (answer.status_code, answer.content) == (401, stranger.content)
    assert script.ask().status_code == 401
    assert script.generate().status_code == 401
    assert not Generation.objects.exists()


HOSTILE = [
    "' OR 1=1 --",
    "fh_live_' UNION SELECT digest FROM generations_apikey --",
    "Bearer",
    "Bearer Bearer x",
    "fh_test_" + "a" * 46,
    "fh_test_" + "é" * 46,
    "fh_test_%00" + "a" * 43,
    "x" * 8000,
    "null",
    "{}",
    "../../etc/passwd",
    "fh_test_" + "a" * 46 + ",fh_test_" + "b" * 46,
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_key_is_only_a_wrong_one(team: Team, header: str, value: str) -> None:
    client = Client(headers={header: value if header == "X-API-Key" else f"Bearer {value}"})
    assert error(client.get("/v1/text_to_image/x"))["code"] == "UNAUTHORIZED"


@given(st.text(max_size=300))
@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_text_whatever_passes_for_a_key(team: Team, value: str) -> None:
    for client in (
        Client(headers={"Authorization": value}),
        Client(headers={"Authorization": f"Bearer {value}"}),
        Client(headers={"X-API-Key": value}),
    ):
        assert client.get("/v1/text_to_image/x").status_code == 401


def test_a_key_in_the_address_does_not_count(script: Script) -> None:
    assert Client().get(f"/v1/text_to_image/x?api_key={script.text}").status_code == 401
