"""A connection changes hands through a real UNIX socket, and what is left behind is harmless."""

import socket
import stat
from collections.abc import Iterator
from contextlib import closing
from uuid import uuid4

import pytest
from django.conf import settings

from generations.live import handover
from generations.live.handover import Listener

SOMEBODY = Listener(uuid4(), uuid4())


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with closing(handover.open_door()) as door:
        yield door


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The browser's end of a connection, and the web server's."""
    with socket.create_server(("127.0.0.1", 0)) as web:
        browser = socket.create_connection(web.getsockname(), timeout=10)
        server = web.accept()[0]
    with browser, server:
        yield browser, server


Ends = tuple[socket.socket, socket.socket]


def test_it_arrives_with_the_name_of_who_listens(door: socket.socket, ends: Ends) -> None:
    browser, server = ends
    assert handover.give(server, SOMEBODY)
    arrival = handover.take(door)
    assert arrival
    listener, connection = arrival
    assert listener == SOMEBODY
    with connection:
        connection.sendall(b"from the live process")
    assert browser.recv(100) == b"from the live process"
    assert browser.recv(100) == b""


def test_what_the_web_server_still_does_does_not_reach_the_browser(
    door: socket.socket, ends: Ends
) -> None:
    browser, server = ends
    assert handover.give(server, SOMEBODY)
    arrival = handover.take(door)
    assert arrival
    with pytest.raises(BrokenPipeError):
        server.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    server.shutdown(socket.SHUT_WR)
    assert server.recv(100) == b""
    server.close()
    with arrival[1] as connection:
        connection.sendall(b"still open")
        assert browser.recv(100) == b"still open"


def test_without_a_live_process_the_web_server_keeps_it(ends: Ends) -> None:
    browser, server = ends
    assert not handover.give(server, SOMEBODY)
    server.sendall(b"503")
    assert browser.recv(100) == b"503"


def test_another_kind_of_server_keeps_its_connections(door: socket.socket) -> None:
    assert not handover.give(None, SOMEBODY)
    assert not handover.give(object(), SOMEBODY)


def test_a_live_process_that_takes_nothing_is_not_waited_for(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "PATIENCE", 0.01)
    kept = [socket.socketpair() for _ in range(2000)]
    try:
        assert not all(handover.give(ours, SOMEBODY) for ours, _theirs in kept)
    finally:
        for pair in kept:
            for each in pair:
                each.close()


def test_only_the_hubs_own_user_may_use_the_door(door: socket.socket) -> None:
    assert stat.S_IMODE(settings.LIVE_SOCKET.stat().st_mode) == 0o600


def test_a_second_live_process_is_refused(door: socket.socket) -> None:
    with pytest.raises(FileExistsError):
        handover.open_door()


def test_what_a_killed_live_process_left_is_cleared_away(ends: Ends) -> None:
    handover.open_door().close()
    assert settings.LIVE_SOCKET.exists()
    with handover.open_door() as door:
        assert handover.give(ends[1], SOMEBODY)
        assert handover.take(door)
