"""Webhooks of the upstream: verified before they are read, and read with suspicion."""

import json

import pytest

from generations.core import signing
from generations.providers.contract import Provider, ResultState

SECRET = "whsec_0123"
BODY = json.dumps(
    {
        "id": "abc123xyz",
        "status": "completed",
        "url": "https://cdn.doitong.com/outputs/abc123xyz.jpg",
        "service": "flux-pro",
        "createdAt": "2024-01-01T00:00:00Z",
        "completedAt": "2024-01-01T00:01:00Z",
        "metadata": {"duration": None, "width": 1920, "height": 1080},
    }
).encode()
SIGNATURE = signing.signature(BODY, SECRET)


@pytest.mark.parametrize("name", ["X-Doitong-Signature", "x-doitong-signature"])
def test_a_signed_webhook_verifies_under_any_case_of_the_header(
    doitong: Provider, name: str
) -> None:
    assert doitong.verify_webhook({name: SIGNATURE, "Host": "hub.example"}, BODY, SECRET)


def test_unsigned_doubly_signed_or_otherwise_signed_does_not(doitong: Provider) -> None:
    two = {"X-Doitong-Signature": SIGNATURE, "x-doitong-signature": SIGNATURE}
    for headers in ({}, {"X-Signature": SIGNATURE}, two, {"X-Doitong-Signature": "é"}):
        assert not doitong.verify_webhook(headers, BODY, SECRET)
    signed = {"X-Doitong-Signature": SIGNATURE}
    assert not doitong.verify_webhook(signed, BODY + b" ", SECRET)
    assert not doitong.verify_webhook(signed, BODY, "another")


def test_without_a_secret_nothing_verifies(doitong: Provider) -> None:
    empty = "sha256=22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e"
    assert not doitong.verify_webhook({"X-Doitong-Signature": empty}, b"{}", "")


def test_the_pages_payload_is_read(doitong: Provider) -> None:
    result = doitong.parse_webhook(BODY)
    assert result.upstream_id == "abc123xyz"
    assert result.state is ResultState.COMPLETED
    assert result.url == "https://cdn.doitong.com/outputs/abc123xyz.jpg"
    assert result.cost is None


def test_a_failure_is_read_with_its_reason(doitong: Provider) -> None:
    error = {"code": "NSFW", "message": "Not this"}
    body = json.dumps({"id": "a", "status": "failed", "error": error}).encode()
    result = doitong.parse_webhook(body)
    assert result.state is ResultState.FAILED
    assert (result.code, result.message) == ("NSFW", "Not this")


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"{}", b'{"id": NaN}', b'{"id":"a","id":"b"}', b'{"a":' * 100_000],
    ids=range(7),
)
def test_a_body_that_makes_no_sense_is_a_value_error(doitong: Provider, body: bytes) -> None:
    with pytest.raises(ValueError):
        doitong.parse_webhook(body)
