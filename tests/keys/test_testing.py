"""Trying a key against the sandbox and against upstreams that can less."""

import json
from collections.abc import Callable, Iterator

import pytest
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer

from generations.core import clock
from generations.keys import testing, upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import recovery
from generations.teams.models import AuditEntry, Team, User
from tests.sandbox.running import Sandbox, running_sandbox

pytestmark = pytest.mark.django_db
Add = Callable[..., UpstreamKey]


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "PAUSE", 0.02)
    monkeypatch.setattr(testing, "PATIENCE", 5.0)


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    with running_sandbox(seconds=0.1) as sandbox:
        settings.SANDBOX_URL = sandbox.url
        settings.ALLOWED_OUTBOUND_ORIGINS = [sandbox.url]
        yield sandbox


@pytest.fixture
def key(sandbox: Sandbox, team: Team) -> UpstreamKey:
    """Alice's practice key."""
    return upstream.pick(team, "test")


@pytest.fixture
def poor(httpserver: HTTPServer, settings: Settings, team: Team, alice: User) -> UpstreamKey:
    """A live key to whatever the raw server says."""
    url = httpserver.url_for("").rstrip("/")
    settings.ALLOWED_OUTBOUND_ORIGINS = [url, settings.SANDBOX_URL]
    return upstream.add(
        team, alice, name="Poor", provider="doitong", api_key="key-0123456789", base_url=url
    )


def accept(server: HTTPServer) -> None:
    """Orders without a prompt are refused, others accepted; nothing can be asked about."""
    job = {"data": {"generateimage": {"id": "abc", "status": "processing", "url": None}}}
    at = "/v1/text_to_image"
    server.expect_oneshot_request(at, data="{}").respond_with_json({"errors": [{}]}, 400)
    server.expect_request(at).respond_with_json(job)


def test_a_free_test_tells_that_the_key_is_accepted_and_buys_nothing(
    sandbox: Sandbox, key: UpstreamKey, alice: User
) -> None:
    findings = testing.test(key, alice, buy=False)
    assert findings["accepted"] is True
    assert sandbox.log("creation") == []
    key.refresh_from_db()
    assert key.findings == {}


def test_a_bought_picture_tells_what_works_and_is_kept_as_findings(
    sandbox: Sandbox, key: UpstreamKey, alice: User, team: Team
) -> None:
    findings = testing.test(key, alice, buy=True)
    assert (findings["polling"], findings["cost"], findings["webhook"]) == (True, True, None)
    [made] = sandbox.log("creation")
    assert made["webhook_url"] is None
    key.refresh_from_db()
    assert key.findings == findings
    assert key.poll_path
    entry = AuditEntry.objects.for_team(team).get(action="upstream_key.tested")
    assert entry.detail["polling"] is True


@pytest.mark.parametrize("comes", [True, False])
def test_a_webhook_is_found_by_whether_it_comes(
    sandbox: Sandbox,
    key: UpstreamKey,
    alice: User,
    httpserver: HTTPServer,
    comes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(testing, "PATIENCE", 5.0 if comes else 0.5)
    httpserver.expect_request("/hook").respond_with_data("")
    findings = testing.test(
        key,
        alice,
        buy=True,
        callback_url=httpserver.url_for("/hook"),
        has_arrived=lambda: comes and bool(httpserver.log),
    )
    assert findings["webhook"] is comes
    assert sandbox.log("creation")[0]["webhook_url"] == httpserver.url_for("/hook")


def test_an_upstream_that_cannot_be_asked_is_not_asked_again(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User
) -> None:
    accept(httpserver)
    missing = {"errors": [{"message": "No such path"}]}
    httpserver.expect_request("/v1/text_to_image/abc").respond_with_json(missing, 404)
    findings = testing.test(poor, alice, buy=True)
    assert (findings["polling"], findings["cost"]) == (False, False)
    poor.refresh_from_db()
    assert poor.poll_path == ""
    asked = [request for request, _answer in httpserver.log if request.method == "GET"]
    assert len(asked) == testing.FAILURES_MAX


def test_a_key_whose_pictures_nobody_could_fetch_is_paused_and_stays_so(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User
) -> None:
    accept(httpserver)
    missing = {"errors": [{"message": "No such path"}]}
    httpserver.expect_request("/v1/text_to_image/abc").respond_with_json(missing, 404)
    testing.test(poor, alice, buy=True)
    in_use, said = upstream.resume(poor, alice)
    assert not in_use
    assert "enter the webhook secret, too" in said
    poor.refresh_from_db()
    assert poor.state == KeyState.PAUSED
    upstream.rotate(poor, alice, "key-0123456789", "whsec_abc")
    assert upstream.resume(poor, alice) == (True, "Poor is in use again.")
    poor.refresh_from_db()
    assert poor.state == KeyState.ACTIVE


def test_an_order_whose_answer_is_lost_may_be_bought_and_a_question_never(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User
) -> None:
    httpserver.expect_ordered_request("/v1/text_to_image").respond_with_data("<html>", 418)
    assert "may_be_bought" not in testing.test(poor, alice, buy=True)
    refused: dict[str, list[object]] = {"errors": [{}]}
    httpserver.expect_ordered_request("/v1/text_to_image").respond_with_json(refused, 400)
    httpserver.expect_ordered_request("/v1/text_to_image").respond_with_data("<html>", 200)
    findings = testing.test(poor, alice, buy=True)
    assert (findings["accepted"], findings["may_be_bought"]) == (None, True)


def test_a_polling_that_only_stumbles_is_kept(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User
) -> None:
    accept(httpserver)
    httpserver.expect_request("/v1/text_to_image/abc").respond_with_data("busy", 503)
    assert testing.test(poor, alice, buy=True)["polling"] is None
    poor.refresh_from_db()
    assert poor.poll_path


def test_a_job_that_never_ends_does_not_hold_the_test(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "PATIENCE", 0.2)
    accept(httpserver)
    job = {"data": {"generateimage": {"id": "abc", "status": "processing"}}}
    httpserver.expect_request("/v1/text_to_image/abc").respond_with_json(job)
    assert testing.test(poor, alice, buy=True)["polling"] is True


@pytest.mark.parametrize(("status", "state"), [(401, "rejected"), (402, "exhausted")])
@pytest.mark.parametrize("buy", [True, False])
def test_a_key_that_is_not_accepted_is_marked_and_nothing_is_bought(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User, status: int, state: str, buy: bool
) -> None:
    error = {"errors": [{"message": "No, thank you"}]}
    httpserver.expect_request("/v1/text_to_image").respond_with_json(error, status)
    findings = testing.test(poor, alice, buy=buy)
    assert (findings["accepted"], findings["message"]) == (False, "No, thank you")
    poor.refresh_from_db()
    assert poor.state == state
    assert [json.loads(request.data) for request, _answer in httpserver.log] == [{}]


@pytest.mark.parametrize("buy", [True, False])
def test_a_key_found_without_credit_is_tried_again_after_a_pause(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User, buy: bool
) -> None:
    error = {"errors": [{"message": "No credit"}]}
    httpserver.expect_request("/v1/text_to_image").respond_with_json(error, 402)
    testing.test(poor, alice, buy=buy)
    recovery.revive_keys()
    poor.refresh_from_db()
    assert poor.state == KeyState.EXHAUSTED
    assert poor.blocked_until

    UpstreamKey.objects.update(blocked_until=clock.after(-1))
    recovery.revive_keys()
    poor.refresh_from_db()
    assert poor.state == KeyState.ACTIVE


def test_a_key_that_is_accepted_again_is_active_again(
    key: UpstreamKey, sandbox: Sandbox, alice: User
) -> None:
    upstream.mark(key, KeyState.REJECTED)
    testing.test(key, alice, buy=False)
    key.refresh_from_db()
    assert key.state == "active"


def test_only_a_purchase_shows_that_there_is_credit_again(
    key: UpstreamKey, sandbox: Sandbox, alice: User
) -> None:
    upstream.mark(key, KeyState.EXHAUSTED)
    testing.test(key, alice, buy=False)
    key.refresh_from_db()
    assert key.state == "exhausted"
    testing.test(key, alice, buy=True)
    key.refresh_from_db()
    assert key.state == "active"


def test_an_upstream_that_is_not_there_says_nothing_about_the_key(
    httpserver: HTTPServer, poor: UpstreamKey, alice: User
) -> None:
    httpserver.expect_request("/v1/text_to_image").respond_with_data("", 503)
    findings = testing.test(poor, alice, buy=True)
    assert findings["accepted"] is None
    assert findings["message"]
    poor.refresh_from_db()
    assert (poor.state, poor.findings) == ("active", {})
