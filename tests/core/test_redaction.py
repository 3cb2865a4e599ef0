"""No log line holds a link that carries its right in it."""

import logging

import pytest

from generations.core.redaction import RedactingFilter, redact


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("GET /p/abc.def HTTP/1.1", "GET /p/… HTTP/1.1"),
        ("/hooks/in/doitong/s3cret/", "/hooks/in/doitong/…/"),
        ("/setup/s3cret/", "/setup/…/"),
        ("/join/s3cret/ refused", "/join/…/ refused"),
        ("/accounts/password/reset/key/1-s3cret/", "/accounts/password/reset/key/…/"),
        ("/v1/?token=s3cret", "/v1/?…"),
        ("/t/harbour-street/prompts/", "/t/harbour-street/prompts/"),
    ],
)
def test_tokens_and_queries_are_left_out(line: str, clean: str) -> None:
    assert redact(line) == clean


def test_what_django_logs_of_a_refused_request_passes_through_the_filter() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "%s: %s", ("Unauthorized", "/p/s3cret"), None
    )
    assert RedactingFilter().filter(record)
    assert "s3cret" not in record.getMessage()
