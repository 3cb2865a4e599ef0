"""What each answer means: accepted, or which trouble. Double charges and lost jobs hang on it."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer

from generations.providers.contract import (
    Connection,
    Provider,
    ResultState,
    Spec,
    Trouble,
)
from tests.core.servers import reading_head, serving
from tests.providers.answering import answer, failing

ERROR = {"errors": [{"message": "No more <b>credits</b>", "extensions": {"code": "SOME_CODE"}}]}


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"generateimage": {"id": "abc", "status": "processing", "url": None}}},
        {"data": {"generate": {"id": "abc", "status": "processing"}}},
        {"data": {"generateImage": {"id": "abc", "url": None, "width": 1, "height": 1}}},
        {"data": {"id": "abc", "status": "queued"}},
        {"id": "abc", "status": "processing"},
        {"data": {"generate": {"id": "abc"}}, "errors": [{"message": "no metadata"}]},
    ],
    ids=["page", "generate", "generateImage", "no field", "no envelope", "with errors"],
)
def test_an_accepted_job_is_known_by_its_id(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec, body: object
) -> None:
    answer(httpserver, body, X_RateLimit_Remaining="3")
    submission = doitong.submit(rest, spec, "", "once-1")
    assert (submission.upstream_id, submission.result) == ("abc", None)
    assert submission.rate is not None
    assert submission.rate.remaining == 3


def test_a_job_that_is_done_at_once_has_its_result(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    url = "https://cdn.doitong.com/outputs/abc.jpg"
    job = {"id": "abc", "status": "completed", "url": url, "creditCost": 12}
    answer(httpserver, {"data": {"generateimage": job}})
    submission = doitong.submit(rest, spec, "", "once-1")
    assert submission.result is not None
    assert (submission.result.state, submission.result.url) == (ResultState.COMPLETED, url)
    assert (submission.cost, submission.has_odd_cost) == (12, False)


@pytest.mark.parametrize("cost", ["1e309", "NaN", "-1", '"15"', "15.5", "1000001"])
def test_an_impossible_cost_never_gets_through(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec, cost: str
) -> None:
    job = '{"id": "abc", "creditCost": COST}'.replace("COST", cost)
    answer(httpserver, f'{{"data": {{"generate": {job}}}}}')
    if cost == "NaN":  # not JSON at all: whether the job exists is not known
        assert failing(doitong, rest, spec).trouble is Trouble.UNKNOWN
    else:
        submission = doitong.submit(rest, spec, "", "once-1")
        assert (submission.cost, submission.has_odd_cost) == (None, True)


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Trouble.REFUSED),
        (401, Trouble.KEY_REJECTED),
        (402, Trouble.EXHAUSTED),
        (403, Trouble.REFUSED),
        (404, Trouble.REFUSED),
        (422, Trouble.REFUSED),
        (429, Trouble.RATE_LIMITED),
        (500, Trouble.SERVER_ERROR),
        (301, Trouble.UNKNOWN),
        (302, Trouble.UNKNOWN),
        (409, Trouble.UNKNOWN),
        (418, Trouble.UNKNOWN),
        (502, Trouble.UNKNOWN),
        (503, Trouble.UNKNOWN),
        (504, Trouble.UNKNOWN),
        (200, Trouble.UNKNOWN),
    ],
)
@pytest.mark.parametrize("transport", ["rest", "graphql"])
def test_each_status_has_its_trouble(
    httpserver: HTTPServer,
    doitong: Provider,
    rest: Connection,
    spec: Spec,
    status: int,
    trouble: Trouble,
    transport: Any,
) -> None:
    answer(httpserver, ERROR, status)
    error = failing(doitong, replace(rest, transport=transport), spec)
    assert (error.trouble, error.http_status) == (trouble, status)
    assert error.permanent is (trouble is Trouble.REFUSED)
    assert (error.message, error.code) == ("No more credits", "SOME_CODE")


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("BAD_REQUEST", Trouble.REFUSED),
        ("BAD_USER_INPUT", Trouble.REFUSED),
        ("GRAPHQL_VALIDATION_FAILED", Trouble.REFUSED),
        ("UNAUTHORIZED", Trouble.KEY_REJECTED),
        ("UNAUTHENTICATED", Trouble.KEY_REJECTED),
        ("INSUFFICIENT_CREDITS", Trouble.EXHAUSTED),
        ("RATE_LIMIT_EXCEEDED", Trouble.RATE_LIMITED),
        ("DAILY_LIMIT_EXCEEDED", Trouble.RATE_LIMITED),
        ("INTERNAL_SERVER_ERROR", Trouble.SERVER_ERROR),
        ("SOMETHING_ELSE", Trouble.UNKNOWN),
        (None, Trouble.UNKNOWN),
        (["x"], Trouble.UNKNOWN),
    ],
)
def test_errors_with_status_200_count_by_their_code(
    httpserver: HTTPServer,
    doitong: Provider,
    graphql: Connection,
    spec: Spec,
    code: object,
    trouble: Trouble,
) -> None:
    errors = [{"message": "No", "extensions": {"code": code}}]
    answer(httpserver, {"data": None, "errors": errors})
    assert failing(doitong, graphql, spec).trouble is trouble


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b"{}",
        b"[]",
        b"null",
        b'{"data": null}',
        b'{"data": {"generateimage": null}}',
        b'{"data": {"generateimage": {}}}',
        b'{"data": {"generateimage": {"id": ""}}}',
        b'{"data": {"generateimage": {"id": "%s"}}}' % (b"x" * 201),
        b'{"errors": []}',
        b'{"errors": "no"}',
        b'{"errors": ["no"]}',
        b'{"errors": [{"extensions": "no"}]}',
        b"[" * 100_000,
        b" " * (1 << 20) + b"{}",
    ],
    ids=range(16),
)
def test_a_good_status_without_a_job_may_have_made_one(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec, body: bytes
) -> None:
    answer(httpserver, body)
    assert failing(doitong, rest, spec).trouble is Trouble.UNKNOWN


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"errors": []}', b'{"errors": "x"}'])
def test_a_500_that_is_not_the_upstreams_own_may_have_made_a_job(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec, body: bytes
) -> None:
    answer(httpserver, body, 500)
    assert failing(doitong, rest, spec).trouble is Trouble.UNKNOWN


def test_nobody_listening_is_not_sent(doitong: Provider, rest: Connection, spec: Spec) -> None:
    closed = replace(rest, base_url="https://nowhere.invalid")
    error = failing(doitong, closed, spec)
    assert (error.trouble, error.http_status) == (Trouble.NOT_SENT, None)


def test_a_lost_answer_may_have_made_a_job(
    doitong: Provider, rest: Connection, spec: Spec, settings: Settings
) -> None:
    with serving(reading_head) as port:
        url = f"http://127.0.0.1:{port}"
        settings.ALLOWED_OUTBOUND_ORIGINS = [url]
        assert failing(doitong, replace(rest, base_url=url), spec).trouble is Trouble.UNKNOWN


def test_an_address_inside_is_refused(doitong: Provider, rest: Connection, spec: Spec) -> None:
    inside = replace(rest, base_url="https://169.254.169.254")
    assert failing(doitong, inside, spec).trouble is Trouble.REFUSED
