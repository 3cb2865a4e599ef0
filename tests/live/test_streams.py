"""What listeners hear, and who may listen, over real HTTP."""

import socket
import uuid
from contextlib import suppress
from http.client import HTTPConnection

import pytest

from generations.live import server as server_module
from generations.live import streams, tokens
from generations.live.feed import News
from generations.teams.models import Membership, Team, User
from tests.lifecycle.making import ask
from tests.live.conftest import Listen, Live
from tests.processes import wait_until


def test_a_member_hears_what_happens_to_the_teams_generations(
    listen: Listen, live: Live, alice: User, bob: User, team: Team
) -> None:
    stream = listen(bob, team)
    assert stream.status == 200
    assert stream.answer.headers["Content-Type"] == "text/event-stream"
    assert stream.answer.headers["Cache-Control"] == "no-store"
    _wait_for_the_reader(live)
    generation = ask(team, alice)[0]
    assert f'"id": "{generation.id}"' in stream.next_event()


def test_a_stranger_hears_nothing_of_it(
    listen: Listen, live: Live, alice: User, team: Team, charlie: User, other_team: Team
) -> None:
    stream = listen(charlie, other_team)
    _wait_for_the_reader(live)
    ask(team, alice)
    own = ask(other_team, charlie)[0]
    assert f'"id": "{own.id}"' in stream.next_event()


def test_a_token_is_worth_nothing_without_a_membership(
    listen: Listen, team: Team, bob: User, charlie: User
) -> None:
    assert listen(charlie, team).status == 401
    Membership.objects.filter(user=bob).delete()
    assert listen(bob, team).status == 401


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_bad_token_is_refused(listen: Listen, token: str) -> None:
    assert listen(token=token).status == 401


def test_only_our_own_pages_may_read_it(listen: Listen, alice: User, team: Team) -> None:
    for own in ("http://127.0.0.1:8000", "http://localhost:8000"):
        stream = listen(alice, team, Origin=own)
        assert stream.status == 200
        assert stream.answer.headers["Access-Control-Allow-Origin"] == own
        assert "Access-Control-Allow-Credentials" not in stream.answer.headers
    for foreign in ("http://evil.example", "http://127.0.0.1:9999", "null"):
        stream = listen(alice, team, Origin=foreign)
        assert stream.status == 403
        assert "Access-Control-Allow-Origin" not in stream.answer.headers


def test_past_the_most_streams_pages_are_told_to_poll(
    listen: Listen, live: Live, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_STREAMS", 1)
    first = listen(alice, team)
    assert listen(alice, team).status == 503
    first.answer.close()
    wait_until(lambda: not live.server.streams.open, 10, "the first stream closed")
    assert listen(alice, team).status == 200


def test_one_person_cannot_take_all_streams(
    listen: Listen, alice: User, bob: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_OF_ONE_USER", 1)
    assert listen(alice, team).status == 200
    assert listen(alice, team).status == 503
    assert listen(bob, team).status == 200


def test_a_quiet_stream_shows_that_it_lives(
    listen: Listen, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "HEARTBEAT", 0.05)
    stream = listen(alice, team)
    assert stream.next_block() == "retry: 2000\n"
    assert stream.next_block() == ": still here\n"


def test_streams_end_by_themselves(
    listen: Listen, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "LIFETIME", 0.1)
    assert listen(alice, team).next_event() == ""


def test_who_reads_too_slowly_must_come_again(
    listen: Listen, live: Live, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_WAITING", 2)
    stream = listen(alice, team)
    assert stream.next_block()
    news = News(team.id, "event: generation\ndata: {}\n\n")
    live.server.loop.call_soon_threadsafe(live.server.streams.publish, [news] * 4)
    wait_until(lambda: not live.server.streams.open, 10, "the stream ended")


@pytest.mark.parametrize(
    "request_", [b"POST /live/ HTTP/1.1\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET /live/\r\n\r\n"]
)
def test_what_is_not_a_get_is_hung_up_on(live: Live, request_: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live.port), 10) as connection:
        connection.sendall(request_)
        with suppress(ConnectionResetError):
            assert connection.recv(100) == b""


def test_other_paths_are_not_there(live: Live) -> None:
    for path, status in (("/", 404), ("/healthz", 200)):
        connection = HTTPConnection("127.0.0.1", live.port, timeout=10)
        connection.request("GET", path)
        assert connection.getresponse().status == status
        connection.close()


def test_a_token_of_a_team_that_is_gone_is_refused(listen: Listen, alice: User) -> None:
    assert listen(token=tokens.make(uuid.uuid4(), alice.id)).status == 401


def _wait_for_the_reader(live: Live) -> None:
    """Until it has taken note of where the history stands: it tells what comes after."""
    wait_until(lambda: live.server.feed.floor is not None, 10, "the first look")
