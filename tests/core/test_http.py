"""The HTTP client over real sockets on the loopback: answers, limits, and what it never does."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django.fixtures import Settings
from pytest_httpserver import HTTPServer

from generations.core import http, wire
from tests.core.servers import reading_head, serving


@pytest.fixture
def url(httpserver: HTTPServer, settings: Settings) -> str:
    """A server whose origin the operator lists."""
    url = httpserver.url_for("").rstrip("/")
    settings.ALLOWED_OUTBOUND_ORIGINS = [url]
    return url


@pytest.fixture
def listed(settings: Settings) -> Callable[[int], str]:
    def allow(port: int) -> str:
        url = f"http://127.0.0.1:{port}"
        settings.ALLOWED_OUTBOUND_ORIGINS = [url]
        return url

    return allow


def test_an_answer_has_status_headers_and_body(httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request(
        "/a", query_string="b=%20c", method="POST", data="é"
    ).respond_with_data(b"\x00\xff", 202, {"X-Some": "thing"})
    answer = http.request("POST", f"{url}/a?b=%20c", body="é".encode(), headers={"X-API-Key": "k"})
    assert (answer.status, answer.body, answer.headers["x-SOME"]) == (202, b"\x00\xff", "thing")
    sent = httpserver.log[0][0]
    assert sent.headers["X-API-Key"] == "k"
    assert sent.host == url.removeprefix("http://")


def test_an_error_status_is_an_answer(httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request("/").respond_with_data("no", 500)
    assert http.request("GET", url).status == 500


def test_a_redirect_is_an_answer_and_not_followed(httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request("/").respond_with_data("", 302, {"Location": f"{url}/elsewhere"})
    assert http.request("GET", url).status == 302
    assert len(httpserver.log) == 1


def test_a_hostile_redirect_is_just_as_limited(listed: Callable[[int], str]) -> None:
    def send_away(connection: socket.socket) -> None:
        reading_head(connection)
        connection.sendall(b"HTTP/1.1 301 Gone\r\nLocation: http://[broken\r\n\r\n" + bytes(5000))

    with serving(send_away) as port:
        url = listed(port)
        assert http.request("GET", url).status == 301
        with pytest.raises(http.AnswerLost):
            http.request("GET", url, max_bytes=4999)


def test_cookies_are_not_kept(httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request("/").respond_with_data("", 200, {"Set-Cookie": "a=b"})
    http.request("GET", url)
    http.request("GET", url)
    assert "Cookie" not in httpserver.log[1][0].headers
    assert len(wire.session(False).cookies) == 0


def test_proxies_of_the_environment_are_ignored(
    httpserver: HTTPServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    httpserver.expect_request("/").respond_with_data("")
    assert http.request("GET", url).status == 200


def test_a_host_that_is_not_among_the_given_is_not_asked(httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request("/").respond_with_data("")
    authority = url.removeprefix("http://")
    assert http.request("GET", url, hosts=[authority]).status == 200
    assert http.request("GET", url, hosts=["cdn.example", httpserver.host]).status == 200
    with pytest.raises(http.NotAllowed):
        http.request("GET", url, hosts=["cdn.example"])
    assert len(httpserver.log) == 2


def test_a_body_may_be_as_long_as_allowed_and_no_longer(httpserver: HTTPServer, url: str) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 100_000)
    assert len(http.request("GET", url, max_bytes=100_000).body) == 100_000
    with pytest.raises(http.AnswerLost):
        http.request("GET", url, max_bytes=99_999)


def test_a_body_without_an_end_is_cut_off(listed: Callable[[int], str]) -> None:
    def pour(connection: socket.socket) -> None:
        reading_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with serving(pour) as port, pytest.raises(http.AnswerLost):
        http.request("GET", listed(port), max_bytes=1 << 20)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX-Drip: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_drip_in_headers_or_body_ends_at_the_deadline(
    listed: Callable[[int], str], start: bytes
) -> None:
    end = threading.Event()

    def drip(connection: socket.socket) -> None:
        reading_head(connection)
        connection.sendall(start)
        while not end.wait(0.02):
            connection.sendall(b"x")

    with serving(drip) as port, pytest.raises(http.AnswerLost):
        http.request("GET", listed(port), total_timeout=0.3)
    end.set()


def test_what_was_packed_unasked_is_unpacked(httpserver: HTTPServer, url: str) -> None:
    packed = {"Content-Encoding": "gzip"}
    httpserver.expect_request("/").respond_with_data(gzip.compress(b"hello"), 200, packed)
    assert http.request("GET", url).body == b"hello"
    assert httpserver.log[0][0].headers["Accept-Encoding"] == "identity"


def test_a_bomb_is_not_unpacked_beyond_the_limit(httpserver: HTTPServer, url: str) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    httpserver.expect_request("/").respond_with_data(bomb, 200, {"Content-Encoding": "gzip"})
    with pytest.raises(http.AnswerLost):
        http.request("GET", url)


@pytest.mark.parametrize(
    "body", [b"plain", gzip.compress(b"hello")[:-1]], ids=["not packed", "torn"]
)
def test_what_is_packed_wrongly_or_not_wholly_is_lost(
    httpserver: HTTPServer, url: str, body: bytes
) -> None:
    httpserver.expect_request("/").respond_with_data(body, 200, {"Content-Encoding": "gzip"})
    with pytest.raises(http.AnswerLost):
        http.request("GET", url)


def test_threads_share_the_connections_safely(httpserver: HTTPServer, url: str) -> None:
    for number in range(40):
        httpserver.expect_request(f"/{number}").respond_with_data(str(number))

    def ask(number: int) -> bytes:
        return http.request("GET", f"{url}/{number % 40}").body

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(200)))
    assert answers == [str(number % 40).encode() for number in range(200)]


def test_a_connection_is_used_again(listed: Callable[[int], str]) -> None:
    connections = []

    def answer(connection: socket.socket) -> None:
        connections.append(connection)
        while reading_head(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with serving(answer) as port:
        url = listed(port)
        assert [http.request("GET", url).body for _ in range(3)] == [b"ok"] * 3
    assert len(connections) == 1


def test_an_error_names_nothing_of_what_was_found_inside(listed: Callable[[int], str]) -> None:
    with serving(lambda connection: None) as port, pytest.raises(http.AnswerLost) as lost:
        http.request("GET", listed(port))
    assert "127.0.0.1" not in str(lost.value)
