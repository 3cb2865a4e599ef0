"""What comes with a trouble: when to come again, which words; and asking for job and balance."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from generations.core import clock
from generations.providers.contract import Connection, Provider, ProviderError, Spec, Trouble
from tests.providers.answering import answer, failing

ERROR = {"errors": [{"message": "No more <b>credits</b>", "extensions": {"code": "SOME_CODE"}}]}


def test_a_rate_limit_tells_when_to_come_again(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    answer(httpserver, ERROR, 429, X_RateLimit_Reset="42", Retry_After="7")
    retry_at = failing(doitong, rest, spec).retry_at
    assert retry_at is not None
    assert timedelta(seconds=30) < retry_at - clock.now() <= timedelta(seconds=42)


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"X_RateLimit_Reset": "86400"}, 880, 900),
        ({"Retry_After": "60"}, 40, 60),
        ({"X_RateLimit_Reset": "soon", "Retry_After": "60"}, 40, 60),
    ],
)
def test_the_wait_is_bounded_and_has_a_second_source(
    httpserver: HTTPServer,
    doitong: Provider,
    rest: Connection,
    spec: Spec,
    headers: dict[str, str],
    least: int,
    most: int,
) -> None:
    answer(httpserver, ERROR, 429, **headers)
    retry_at = failing(doitong, rest, spec).retry_at
    assert retry_at is not None
    assert least < (retry_at - clock.now()).total_seconds() <= most


def test_a_rate_limit_without_a_time_names_none(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    answer(httpserver, ERROR, 429)
    assert failing(doitong, rest, spec).retry_at is None


def test_a_message_is_short_plain_and_never_repeats_the_key(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    words = f"Key {rest.api_key} <script>x</script> is\n\0bad " + "x" * 5000
    answer(httpserver, {"errors": [{"message": words}]}, 401)
    message = failing(doitong, rest, spec).message
    assert message.startswith("Key ··· x is bad xxx")
    assert len(message) == 300


def test_an_answer_without_words_gets_ours(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, spec: Spec
) -> None:
    answer(httpserver, b"", 402)
    assert failing(doitong, rest, spec).message == "The key is out of credit upstream."


def test_an_answer_about_another_job_is_not_believed(
    httpserver: HTTPServer, doitong: Provider, rest: Connection
) -> None:
    answer(httpserver, {"data": {"generateimage": {"id": "abd", "status": "completed"}}})
    with pytest.raises(ProviderError) as error:
        doitong.fetch(rest, "abc")
    assert error.value.trouble is Trouble.UNKNOWN


def test_a_job_nobody_knows_is_told_by_its_status(
    httpserver: HTTPServer, doitong: Provider, rest: Connection
) -> None:
    answer(httpserver, ERROR, 404)
    with pytest.raises(ProviderError) as error:
        doitong.fetch(rest, "abc")
    assert (error.value.trouble, error.value.http_status) == (Trouble.REFUSED, 404)


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(401, Trouble.KEY_REJECTED), (402, Trouble.EXHAUSTED), (500, Trouble.SERVER_ERROR)],
)
def test_asking_for_the_balance_tells_what_is_wrong_with_the_key(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, status: int, trouble: Trouble
) -> None:
    answer(httpserver, ERROR, status)
    with pytest.raises(ProviderError) as error:
        doitong.balance(rest)
    assert error.value.trouble is trouble


@pytest.mark.parametrize("transport", ["rest", "graphql"])
def test_a_key_is_accepted_when_only_the_empty_order_is_refused(
    httpserver: HTTPServer, doitong: Provider, rest: Connection, transport: Any
) -> None:
    answer(httpserver, ERROR, 400)
    assert doitong.balance(replace(rest, transport=transport)) is None
    assert b"prompt" not in httpserver.log[-1][0].data
