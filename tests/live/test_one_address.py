"""The stream at the hub's own address: a real gunicorn gives connections to a real live process."""

import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import requests

from tests.browser.hub import Hub
from tests.processes import descendants, wait_until

FORM = {"name": "Alice", "email": "alice@example.com", "password": "correct horse battery"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class House:
    """A hub with Alice in it, and connections on which she asks for things."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        link = hub.start()
        with requests.Session() as session:
            found = TOKEN.search(session.get(link, timeout=10).text)
            assert found
            form = FORM | {"team_name": "Harbour Street", "csrfmiddlewaretoken": found[1]}
            answer = session.post(link, data=form, timeout=10)
            assert answer.url.endswith("/start/")
            self.cookie = f"session={session.cookies['session']}"
        self.session = session

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.hub.port, timeout=20)

    def ask(self, line: str) -> socket.socket:
        """A request as bytes, on a connection of its own."""
        browser = socket.create_connection(("127.0.0.1", self.hub.port), timeout=20)
        browser.sendall(f"{line}\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode())
        return browser

    def listen(self, connection: HTTPConnection | None = None) -> HTTPConnection:
        """With an open stream on it."""
        connection = connection or self.connect()
        connection.request("GET", LIVE, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        assert answer.status == 200
        said = [answer.readline() for _ in range(4)]
        assert (said[0], said[3]) == (b"event: open\n", b": still here\n")
        connection.answer = answer  # type: ignore[attr-defined]  # kept, or it would be closed
        return connection

    def rest(self) -> None:
        """Until no browser listens."""
        wait_until(lambda: self.hub.open_streams() == 0, 20, "every stream closed")

    def page(self, connection: HTTPConnection) -> int:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        return answer.status


LIVE = "/t/harbour-street/live/"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    hub = Hub(tmp_path_factory.mktemp("one"))
    try:
        house = House(hub)
        wait_until((hub.folder / "live.sock").exists, 20, "live listens")
        yield house
        house.session.close()
        hub.stop()
        assert "Traceback" not in hub.log
    finally:
        hub.kill()


@pytest.fixture(autouse=True)
def _quiet_in_the_end(house: House) -> Iterator[None]:
    yield
    house.rest()


def test_a_stream_tells_what_happens(house: House) -> None:
    with_stream = house.listen()
    page = house.session.get(f"{house.hub.url}/t/harbour-street/settings/", timeout=10).text
    token = TOKEN.search(page)
    assert token
    house.session.post(
        f"{house.hub.url}/t/harbour-street/settings/invitations/",
        data={"csrfmiddlewaretoken": token[1], "role": "member"},
        timeout=10,
    ).raise_for_status()
    answer = with_stream.answer  # type: ignore[attr-defined]
    lines = iter(answer.readline, b"")
    assert next(line for line in lines if line.startswith(b"event:")) == b"event: act\n"
    with_stream.close()


def test_a_connection_that_served_pages_becomes_a_stream(house: House) -> None:
    connection = house.connect()
    assert [house.page(connection) for _ in range(3)] == [200, 200, 200]
    first = connection.sock
    house.listen(connection)
    assert connection.sock is None or connection.sock is first
    assert house.hub.open_streams() == 1
    connection.close()


def test_more_streams_than_threads_leave_the_pages_quick(house: House) -> None:
    streams = [house.listen() for _ in range(30)]
    assert house.hub.open_streams() == 30
    connection = house.connect()
    assert [house.page(connection) for _ in range(20)] == [200] * 20
    for each in streams:
        each.close()


def test_a_hundred_browsers_that_come_and_go_cost_the_web_process_nothing(house: House) -> None:
    web = house.hub.parts()["web"]
    house.listen().close()
    house.rest()

    def held() -> int:
        return sum(len(each.sockets()) for each in [web, *descendants(web.pid)])

    before = held()
    for _ in range(100):
        house.listen().close()
    wait_until(lambda: held() <= before, 20, "no descriptor stays")


@pytest.mark.parametrize("line", [f"HEAD {LIVE} HTTP/1.1", f"POST {LIVE} HTTP/1.1", "nonsense"])
def test_what_is_not_a_get_is_refused(house: House, line: str) -> None:
    with house.ask(line) as browser:
        assert browser.recv(100).split()[1][:1] == b"4"
    assert house.hub.open_streams() == 0


def test_an_old_browser_may_listen_too(house: House) -> None:
    with house.ask(f"GET {LIVE} HTTP/1.0") as browser:
        assert browser.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_what_a_browser_sends_after_its_request_ends_its_stream(house: House) -> None:
    with house.ask(f"GET {LIVE} HTTP/1.1\r\nX-Some: header") as browser:
        assert browser.recv(100).startswith(b"HTTP/1.1 200 OK")
        wait_until(lambda: house.hub.open_streams() == 1, 20, "it is open")
        browser.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        house.rest()


def test_a_stranger_is_sent_to_sign_in(house: House) -> None:
    connection = house.connect()
    connection.request("GET", LIVE)
    answer = connection.getresponse()
    assert (answer.status, house.hub.open_streams()) == (302, 0)
    connection.close()


def test_a_killed_live_process_takes_its_streams_along_and_comes_back(house: House) -> None:
    stream = house.listen()
    killed = house.hub.parts()["live"]
    killed.kill()
    assert list(iter(stream.answer.readline, b"")) in ([], [b"\n"])  # type: ignore[attr-defined]
    wait_until(lambda: house.hub.parts().get("live", killed) != killed, 30, "a new one")

    def is_back() -> bool:
        connection = house.connect()
        connection.request("GET", LIVE, headers={"Cookie": house.cookie})
        status = connection.getresponse().status
        connection.close()
        assert status in (200, 503)
        return status == 200

    wait_until(is_back, 30, "streams again")
