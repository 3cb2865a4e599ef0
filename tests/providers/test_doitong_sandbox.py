"""The adapter against the sandbox, over real HTTP: every face, every misbehaviour."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request

from generations.core import http
from generations.providers import practice, registry
from generations.providers.contract import (
    Connection,
    Provider,
    ProviderError,
    Result,
    ResultState,
    Spec,
    Trouble,
)
from tests.sandbox.running import Sandbox, running_sandbox

SPEC = Spec("A fox in snow", 256, 256, "flux-pro", "standard", "flux-pro")
FACES = [
    ("rest", "/v1/text_to_image/{id}"),
    ("graphql", "/graphql"),
    ("graphql", "/v1/text_to_image/{id}"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, settings: Settings) -> Sandbox:
    settings.SANDBOX_URL = running.url
    settings.ALLOWED_OUTBOUND_ORIGINS = [running.url]
    running.control(reset=True)
    return running


@pytest.fixture
def provider(sandbox: Sandbox) -> Provider:
    return registry.get("sandbox")


@pytest.fixture(params=FACES, ids=["rest", "graphql", "graphql polling by rest"])
def connection(request: Any, sandbox: Sandbox, provider: Provider) -> Connection:
    api_key, webhook_secret = practice.credentials("team1")
    transport, poll_path = request.param
    return Connection(
        provider.default_base_url, transport, api_key, webhook_secret, poll_path, True
    )


def asking(marks: str) -> Spec:
    return replace(SPEC, prompt=f"A fox in snow {marks}")


def finished(provider: Provider, connection: Connection, upstream_id: str) -> Result:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        result = provider.fetch(connection, upstream_id)
        if result.state is not ResultState.PROCESSING:
            return result
        time.sleep(0.02)
    raise AssertionError("the sandbox did not finish")


def first_call(server: HTTPServer) -> Request:
    until = time.monotonic() + 10
    while not server.log and time.monotonic() < until:
        time.sleep(0.02)
    return server.log[0][0]


def trouble(provider: Provider, connection: Connection, marks: str) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        provider.submit(connection, asking(marks), "", "once-1")
    return error.value


def test_the_practice_credentials_are_the_sandboxs_own(sandbox: Sandbox) -> None:
    assert practice.credentials("team1") == sandbox.credentials("team1")


def test_a_picture_is_ordered_made_and_fetched(
    sandbox: Sandbox, provider: Provider, connection: Connection
) -> None:
    submission = provider.submit(connection, SPEC, "", "once-1")
    assert (submission.result, submission.http_status) == (None, 200)
    assert submission.rate is not None
    result = finished(provider, connection, submission.upstream_id)
    assert result.state is ResultState.COMPLETED
    assert result.cost is not None
    assert 10 <= result.cost <= 20
    picture = http.request("GET", result.url, hosts=provider.result_hosts(connection.base_url))
    assert picture.body[:3] == b"\xff\xd8\xff"
    [made] = sandbox.log("creation")
    assert (made["id"], made["idempotency_key"]) == (submission.upstream_id, "once-1")


def test_the_same_submission_twice_is_one_job(
    sandbox: Sandbox, provider: Provider, connection: Connection
) -> None:
    one = provider.submit(connection, SPEC, "", "once-1")
    two = provider.submit(connection, SPEC, "", "once-1")
    assert one.upstream_id == two.upstream_id
    assert len(sandbox.log("creation")) == 1


@pytest.mark.parametrize(
    ("marks", "expected", "made"),
    [
        ("[[400]]", Trouble.REFUSED, 0),
        ("[[401]]", Trouble.KEY_REJECTED, 0),
        ("[[402]]", Trouble.EXHAUSTED, 0),
        ("[[429]]", Trouble.RATE_LIMITED, 0),
        ("[[500]]", Trouble.SERVER_ERROR, 0),
        ("[[502]]", Trouble.UNKNOWN, 0),
        ("[[html]]", Trouble.UNKNOWN, 0),
        ("[[lost-before]]", Trouble.UNKNOWN, 0),
        ("[[lost]]", Trouble.UNKNOWN, 1),
        ("[[502-after]]", Trouble.UNKNOWN, 1),
    ],
)
def test_each_misbehaviour_has_its_trouble(
    sandbox: Sandbox,
    provider: Provider,
    connection: Connection,
    marks: str,
    expected: Trouble,
    made: int,
) -> None:
    error = trouble(provider, connection, marks)
    assert error.trouble is expected
    assert error.message
    assert (error.retry_at is not None) is (expected is Trouble.RATE_LIMITED)
    # What was surely refused made nothing; what is unknown may have made a job, and some did.
    assert len(sandbox.log("creation")) == made


def test_a_job_whose_answer_was_lost_is_found_again_by_the_same_submission(
    sandbox: Sandbox, provider: Provider, connection: Connection
) -> None:
    assert trouble(provider, connection, "[[lost 1]]").trouble is Trouble.UNKNOWN
    again = provider.submit(connection, asking("[[lost 1]]"), "", "once-1")
    [made] = sandbox.log("creation")
    assert made["id"] == again.upstream_id


def test_a_job_that_fails_says_why(provider: Provider, connection: Connection) -> None:
    submission = provider.submit(connection, asking("[[fail nsfw]]"), "", "once-1")
    result = finished(provider, connection, submission.upstream_id)
    assert result.state is ResultState.FAILED
    assert (result.code, result.url) == ("NSFW", "")
    assert result.message


@pytest.mark.parametrize(
    ("marks", "cost", "is_odd"),
    [
        ("[[no-cost]]", None, False),
        ("[[cost 7]]", 7, False),
        ("[[cost -7]]", None, True),
        ("[[cost 1000001]]", None, True),
    ],
)
def test_a_stated_cost_counts_when_it_can_be_one(
    provider: Provider, connection: Connection, marks: str, cost: int | None, is_odd: bool
) -> None:
    submission = provider.submit(connection, asking(marks), "", "once-1")
    result = finished(provider, connection, submission.upstream_id)
    assert (result.cost, result.has_odd_cost) == (cost, is_odd)


@pytest.mark.parametrize("marks", ["[[inside-url]]", "[[metadata-url]]", "[[other-host]]"])
def test_a_result_that_lies_elsewhere_is_not_fetched(
    provider: Provider, connection: Connection, marks: str
) -> None:
    submission = provider.submit(connection, asking(marks), "", "once-1")
    result = finished(provider, connection, submission.upstream_id)
    with pytest.raises(http.NotAllowed):
        http.request("GET", result.url, hosts=provider.result_hosts(connection.base_url))


@pytest.mark.parametrize("marks", ["", "[[fail]]", "[[double-webhook]]"])
def test_webhooks_verify_and_tell_what_polling_tells(
    httpserver: HTTPServer, provider: Provider, connection: Connection, marks: str
) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    callback = httpserver.url_for("/hook")
    submission = provider.submit(connection, asking(marks), callback, "once-1")
    request = first_call(httpserver)
    headers, secret = dict(request.headers), connection.webhook_secret
    assert provider.verify_webhook(headers, request.data, secret)
    assert not provider.verify_webhook(headers, request.data + b" ", secret)
    told = provider.parse_webhook(request.data)
    asked = finished(provider, connection, submission.upstream_id)
    assert (told.upstream_id, told.state, told.url, told.code) == (
        asked.upstream_id,
        asked.state,
        asked.url,
        asked.code,
    )


def test_a_forged_webhook_does_not_verify(
    httpserver: HTTPServer, provider: Provider, connection: Connection
) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    callback = httpserver.url_for("/hook")
    provider.submit(connection, asking("[[forged-webhook]] [[no-webhook]]"), callback, "once-1")
    request = first_call(httpserver)
    secret = connection.webhook_secret
    assert not provider.verify_webhook(dict(request.headers), request.data, secret)


def test_without_a_webhook_secret_none_is_asked_for(
    sandbox: Sandbox, provider: Provider, connection: Connection
) -> None:
    silent = replace(connection, webhook_secret="")
    provider.submit(silent, SPEC, "http://127.0.0.1:9/hook", "once-1")
    assert sandbox.log("creation")[0]["webhook_url"] is None


def test_a_strangers_key_is_rejected_everywhere(provider: Provider, connection: Connection) -> None:
    stranger = replace(connection, api_key="sandbox_team1_" + "0" * 32)
    for ask in (
        lambda: provider.submit(stranger, SPEC, "", "once-1"),
        lambda: provider.fetch(stranger, "abc"),
        lambda: provider.balance(stranger),
    ):
        with pytest.raises(ProviderError) as error:
            ask()
        assert error.value.trouble is Trouble.KEY_REJECTED


def test_another_teams_job_is_not_told(provider: Provider, connection: Connection) -> None:
    submission = provider.submit(connection, SPEC, "", "once-1")
    api_key, webhook_secret = practice.credentials("team2")
    other = replace(connection, api_key=api_key, webhook_secret=webhook_secret)
    with pytest.raises(ProviderError) as error:
        provider.fetch(other, submission.upstream_id)
    assert error.value.trouble is Trouble.REFUSED


def test_the_balance_falls_with_what_is_ordered(provider: Provider, connection: Connection) -> None:
    before = provider.balance(connection)
    provider.submit(connection, SPEC, "", "once-1")
    after = provider.balance(connection)
    assert before is not None
    assert after is not None
    assert after < before
