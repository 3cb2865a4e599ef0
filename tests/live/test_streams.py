"""What listeners hear, over real connections."""

import time

import pytest

from generations.live import server as server_module
from generations.live import streams
from generations.live.sources import News
from generations.teams.models import Team, User
from tests.lifecycle.making import ask
from tests.live.conftest import Listen, Live
from tests.processes import wait_until


def test_a_member_hears_what_happens_to_the_teams_generations(
    listen: Listen, alice: User, bob: User, team: Team
) -> None:
    stream = listen(bob, team)
    assert stream.status == 200
    assert stream.answer.headers["Content-Type"] == "text/event-stream"
    assert stream.answer.headers["Cache-Control"] == "no-store"
    generation = ask(team, alice)[0]
    assert f'"id": "{generation.id}"' in stream.next_event("generation")


def test_a_stranger_hears_nothing_of_it(
    listen: Listen, alice: User, team: Team, charlie: User, other_team: Team
) -> None:
    stream = listen(charlie, other_team)
    ask(team, alice)
    own = ask(other_team, charlie)[0]
    assert f'"id": "{own.id}"' in stream.next_event("generation")


def test_a_page_is_told_when_its_team_had_news_last(
    listen: Listen, alice: User, team: Team, charlie: User, other_team: Team
) -> None:
    stream, elsewhere = listen(alice, team), listen(charlie, other_team)
    before = time.time() * 1000
    ask(team, alice)
    assert stream.next_event("generation")
    assert stream.since <= before <= listen(alice, team).since
    assert listen(charlie, other_team).since == elsewhere.since


def test_news_that_comes_with_a_listener_does_not_come_before_the_answer(
    listen: Listen, live: Live, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin() -> None:
        news = [News(team.id, "event: generation\ndata: {}\n\n")]
        live.server.loop.call_soon_threadsafe(live.server.streams.publish, news)
        time.sleep(0.1)

    monkeypatch.setattr(live.server, "_begin", begin)
    before = time.time() * 1000
    stream = listen(alice, team)
    assert stream.status == 200
    assert stream.since >= before


def test_past_the_most_streams_pages_are_told_to_poll(
    listen: Listen, live: Live, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MOST_STREAMS", 1)
    first = listen(alice, team)
    assert listen(alice, team).status == 503
    first.answer.close()
    wait_until(lambda: not live.count(), 10, "the first stream closed")
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
    assert [stream.next_block() for _ in range(3)] == [": still here\n"] * 3


def test_streams_end_by_themselves(
    listen: Listen, alice: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "LIFETIME", 0.1)
    assert listen(alice, team).next_event() == ""


def test_what_waits_goes_out_together(listen: Listen, live: Live, alice: User, team: Team) -> None:
    stream = listen(alice, team)
    news = [News(team.id, f"event: generation\ndata: {number}\n\n") for number in range(3)]
    live.server.loop.call_soon_threadsafe(live.server.streams.publish, news)
    assert [stream.next_event()[-2] for _ in news] == ["0", "1", "2"]


def test_who_reads_too_slowly_must_come_again(
    listen: Listen, live: Live, alice: User, team: Team
) -> None:
    listen(alice, team)
    news = News(team.id, f"event: generation\ndata: {'x' * 100_000}\n\n")

    def ended() -> bool:
        live.server.loop.call_soon_threadsafe(live.server.streams.publish, [news])
        return not live.count()

    wait_until(ended, 20, "the stream ended")
