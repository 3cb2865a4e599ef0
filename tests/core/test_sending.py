"""Sent or not sent: the answer on which charging twice depends."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from generations.core import http
from tests.core.servers import certificate, reading_head, serving


@pytest.fixture
def listed(settings: Settings) -> Callable[[str], str]:
    def allow(origin: str) -> str:
        settings.ALLOWED_OUTBOUND_ORIGINS = [origin]
        return origin

    return allow


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is on the loopback."""
    real = socket.getaddrinfo

    def on_loopback(host: str, *args: object, **kwargs: object) -> object:
        return real("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", on_loopback)


def trust(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(pem))


def test_nobody_listening_is_not_sent(listed: Callable[[str], str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(http.NotSent):
        http.request("POST", listed(f"http://127.0.0.1:{port}"), body=b"x")


def test_an_unknown_name_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(http.NotSent):
        http.request("POST", "https://nowhere.example", body=b"x")


def test_a_resolver_that_hangs_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: end.wait(10) and [])
    with pytest.raises(http.NotSent):
        http.request("POST", "https://slow.example", body=b"x", connect_timeout=0.05)
    end.set()


def test_a_handshake_that_fails_is_not_sent(listed: Callable[[str], str]) -> None:
    seen: list[bytes] = []

    def speak_plainly(connection: socket.socket) -> None:
        seen.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(speak_plainly) as port, pytest.raises(http.NotSent):
        http.request("POST", listed(f"https://127.0.0.1:{port}"), body=b"much-secret")
    assert seen
    assert b"much-secret" not in b"".join(seen)


def test_a_handshake_that_hangs_is_not_sent(listed: Callable[[str], str]) -> None:
    end = threading.Event()
    with serving(lambda connection: end.wait(5)) as port:
        url = listed(f"https://127.0.0.1:{port}")
        with pytest.raises(http.NotSent):
            http.request("POST", url, body=b"x", connect_timeout=0.1)
    end.set()


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_of_another_name_or_maker_is_not_sent(
    listed: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trusted: bool,
) -> None:
    seen: list[bytes] = []
    context, pem = certificate(tmp_path, "other.example" if trusted else "upstream.example")
    if trusted:
        trust(monkeypatch, pem)
    with serving(lambda connection: seen.append(reading_head(connection)), context) as port:
        url = listed(f"https://upstream.example:{port}")
        with pytest.raises(http.NotSent):
            http.request("POST", url, body=b"x")
    assert not any(seen)


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("is_listed", [True, False], ids=["listed", "guarded"])
def test_the_name_stays_in_host_and_handshake_while_the_address_is_pinned(
    listed: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_listed: bool,
) -> None:
    names: list[str | None] = []
    heads: list[bytes] = []
    context, pem = certificate(tmp_path, "upstream.example")
    trust(monkeypatch, pem)

    def note(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        names.append(name)

    context.sni_callback = note

    def answer(connection: socket.socket) -> None:
        heads.append(reading_head(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with serving(answer, context) as port:
        url = f"https://upstream.example:{port}"
        if is_listed:
            listed(url)
        else:  # a loopback that counts as public: all else is as on the internet
            filtering = "requests_hardened.ip_filter_adapter.filter_host"
            monkeypatch.setattr(filtering, lambda address, *args, **kwargs: address)
            monkeypatch.setattr("generations.core.addresses.is_public", lambda address: True)
            monkeypatch.setattr("generations.core.addresses.PORTS", {port})
        assert http.request("GET", f"{url}/x").body == b"ok"
    assert names == ["upstream.example"]
    assert f"\r\nHost: upstream.example:{port}\r\n".encode() in heads[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\x01\x02 nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
    ids=["closed", "short", "bad chunk", "no http", "many headers", "long header"],
)
def test_an_answer_that_breaks_off_or_makes_no_sense_is_lost(
    listed: Callable[[str], str], answer: bytes
) -> None:
    def speak(connection: socket.socket) -> None:
        reading_head(connection)
        connection.sendall(answer)

    with serving(speak) as port, pytest.raises(http.AnswerLost):
        http.request("POST", listed(f"http://127.0.0.1:{port}"), body=b"x")


def test_a_reset_after_reading_is_lost(listed: Callable[[str], str]) -> None:
    def reset(connection: socket.socket) -> None:
        reading_head(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with serving(reset) as port, pytest.raises(http.AnswerLost):
        http.request("POST", listed(f"http://127.0.0.1:{port}"), body=b"x")


def test_silence_is_lost(listed: Callable[[str], str]) -> None:
    end = threading.Event()
    with serving(lambda connection: end.wait(5)) as port:
        url = listed(f"http://127.0.0.1:{port}")
        with pytest.raises(http.AnswerLost):
            http.request("POST", url, body=b"x", total_timeout=0.2)
    end.set()


def test_a_receiver_that_does_not_read_ends_at_the_deadline(listed: Callable[[str], str]) -> None:
    end = threading.Event()
    with serving(lambda connection: end.wait(10)) as port:
        url = listed(f"http://127.0.0.1:{port}")
        with pytest.raises(http.AnswerLost):
            http.request("POST", url, body=bytes(32 << 20), total_timeout=0.3)
    end.set()


def test_nothing_is_sent_twice(listed: Callable[[str], str]) -> None:
    heads: list[bytes] = []
    with serving(lambda connection: heads.append(reading_head(connection))) as port:
        url = listed(f"http://127.0.0.1:{port}")
        with pytest.raises(http.AnswerLost):
            http.request("GET", url)
    assert len(heads) == 1
