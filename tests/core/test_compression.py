import gzip

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from generations.core.compression import CompressionMiddleware

LONG = "Every credit accounted for. " * 100


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/", headers={"Accept-Encoding": "gzip, br"})


def answered(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    return CompressionMiddleware(lambda _request: response)(request)  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "text/csv"])
def test_a_text_travels_packed(request_: HttpRequest, kind: str) -> None:
    answer = answered(request_, HttpResponse(LONG, content_type=kind))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert isinstance(answer, HttpResponse)
    assert gzip.decompress(answer.content).decode() == LONG
    assert len(answer.content) < len(LONG) / 2


def test_a_picture_travels_as_it_is(request_: HttpRequest) -> None:
    answer = answered(request_, HttpResponse(LONG, content_type="image/webp"))
    assert not answer.has_header("Content-Encoding")
    assert answer.content == LONG.encode()  # type: ignore[attr-defined]


def test_who_cannot_unpack_gets_plain_text(rf: RequestFactory) -> None:
    answer = answered(rf.get("/"), HttpResponse(LONG))
    assert not answer.has_header("Content-Encoding")
