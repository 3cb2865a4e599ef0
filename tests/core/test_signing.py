"""Signatures against published vectors, and everything that must not pass for one."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest

from generations.core import signing

SECRET = "whsec_test_key_0001"
BODY = (
    b'{"id":"abc123xyz","status":"completed","url":"https://cdn.doitong.com/outputs/abc123xyz.jpg",'
    b'"service":"flux-pro","createdAt":"2024-01-01T00:00:00Z","completedAt":"2024-01-01T00:01:00Z",'
    b'"metadata":{"duration":null,"width":1920,"height":1080}}'
)
SIGNATURE = "sha256=79c780e1ae9096fcd99eab4a53076175b74a9b09873384481bf860d0c0ccc66d"


def test_a_signature_is_that_of_githubs_vector() -> None:
    assert signing.signature(b"Hello, World!", "It's a Secret to Everybody") == (
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )


def test_the_pages_own_webhook_signs_and_verifies() -> None:
    assert signing.signature(BODY, SECRET) == SIGNATURE
    assert signing.verify(BODY, SECRET, SIGNATURE)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        SIGNATURE.removeprefix("sha256="),
        SIGNATURE.replace("sha256=", "sha1="),
        SIGNATURE.upper(),
        "sha256=" + SIGNATURE.removeprefix("sha256=").upper(),
        SIGNATURE[:-1],
        SIGNATURE + "0",
        SIGNATURE + " ",
        f"{SIGNATURE},{SIGNATURE}",
        f"{SIGNATURE}, sha256=00",
        SIGNATURE.replace("7", "７"),
        SIGNATURE[:-1] + "\udcff",
        "sha256=" + "é" * 64,
    ],
)
def test_any_other_header_is_refused(header: str | None) -> None:
    assert not signing.verify(BODY, SECRET, header)


def test_an_altered_body_or_another_secret_is_refused() -> None:
    assert not signing.verify(BODY + b" ", SECRET, SIGNATURE)
    assert not signing.verify(BODY, SECRET + "x", SIGNATURE)


def test_nothing_verifies_or_signs_with_an_empty_secret() -> None:
    anybody = "sha256=" + hmac.new(b"", b"{}", hashlib.sha256).hexdigest()
    assert anybody.endswith("22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e")
    assert not signing.verify(b"{}", "", anybody)
    with pytest.raises(ValueError, match="secret"):
        signing.signature(b"{}", "")


@pytest.mark.parametrize("hours", [0, 5, -8])
def test_standard_headers_are_those_of_the_vector_in_any_time_zone(hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    moment = datetime.fromtimestamp(1614265330, zone)
    headers = signing.standard_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        moment,
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_standard_headers_need_a_secret_and_a_time_zone() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for moment, secret in ((now, ""), (now, "whsec_"), (now.replace(tzinfo=None), "whsec_QUJD")):
        with pytest.raises(ValueError, match=r"secret|zone"):
            signing.standard_headers("id", moment, b"{}", secret)


def test_a_new_secret_signs_in_both_forms_and_is_never_the_same() -> None:
    one, two = signing.new_webhook_secret(), signing.new_webhook_secret()
    assert one != two
    assert signing.verify(b"x", one, signing.signature(b"x", one))
    assert signing.standard_headers("id", datetime.now(UTC), b"{}", one)
