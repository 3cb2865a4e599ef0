"""What is asked for by REST, read strictly: each wrong parameter is a 400 that names it."""

from typing import Any

import pytest

from generations.lifecycle.models import Generation
from tests.api.conftest import Script, code, error

pytestmark = pytest.mark.django_db
WRONG: list[tuple[str, Any]] = [
    ("service", None),
    ("service", "flux-ultra"),
    ("service", 7),
    ("prompt", None),
    ("prompt", ""),
    ("prompt", "   "),
    ("prompt", 7),
    ("prompt", ["a"]),
    ("prompt", "x" * 4001),
    ("prompt", "a\x00b"),
    ("prompt", "a\ud800b"),
    ("width", "512"),
    ("width", 512.5),
    ("width", True),
    ("width", 255),
    ("width", 2049),
    ("width", -1),
    ("width", 2**63),
    ("width", 10**400),
    ("height", "512"),
    ("height", 2**31),
    ("version", "flux-pro-9"),
    ("version", "a\ud800"),
    ("quality", "best"),
    ("quality", 1),
    ("webhookUrl", 5),
    ("webhookUrl", ""),
    ("webhookUrl", "https://hooks.example/\ud800"),
    ("webhookUrl", "https://hooks.example/\x00"),
    ("webhookUrl", "https://hooks.example/" + "a" * 2000),
    ("count", 2),
    ("mode", "live"),
    ("api_key", "x"),
    ("team", "elsewhere"),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_parameter_is_named(script: Script, field: str, value: Any) -> None:
    assert code(script.ask(**{field: value})) == (400, "BAD_REQUEST", field)
    assert not Generation.objects.exists()


def test_a_bound_is_told(script: Script) -> None:
    assert "2048" in script.ask(width=4096).json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/",
        "https://[::1]/",
        "https://user@hooks.example/",
        "https://localhost/",
        "https://hooks.example:22/",
        "file:///etc/passwd",
        "hooks.example",
    ],
)
def test_a_webhook_address_inside_is_refused_without_a_hint(script: Script, url: str) -> None:
    answer = script.ask(webhookUrl=url)
    assert error(answer) == {
        "code": "BAD_REQUEST",
        "field": "webhookUrl",
        "reason": "URL_NOT_ALLOWED",
    }
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        "7",
        "NaN",
        '{"service": "flux-pro", "prompt": "a", "width": NaN}',
        '{"width": ' + "9" * 5000 + "}",
        b"\xff\xfe{}",
        '{"a":' * 2000 + "1" + "}" * 2000,
        "[" * 20000,
        '{"prompt": "' + "x" * 70_000 + '"}',
        '{"prompt": "' + "x" * 1_100_000 + '"}',
    ],
)
def test_what_is_not_a_json_object_is_refused(script: Script, body: str | bytes) -> None:
    assert code(script.post("/v1/text_to_image", body)) == (400, "BAD_REQUEST", "body")


@pytest.mark.parametrize(
    "media", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_only_json_is_read(script: Script, media: str) -> None:
    answer = script.client.post(
        "/v1/text_to_image", '{"service":"flux-pro","prompt":"a"}', content_type=media
    )
    assert code(answer) == (400, "BAD_REQUEST", "Content-Type")
