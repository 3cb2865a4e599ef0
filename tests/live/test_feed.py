"""One reader of the database: each step once, in order, late ones too."""

import json
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError

from generations.lifecycle.models import Generation, Transition
from generations.live import feed as feed_module
from generations.live.feed import Feed
from generations.live.sources import News
from generations.teams.models import Team, User
from tests.lifecycle.making import ask, send


class Reader:
    """A feed, and what it published."""

    def __init__(self) -> None:
        self.is_wanted = True
        self.news: list[News] = []
        self.feed = Feed(self.news.extend, lambda: self.is_wanted)
        self.feed.look()

    def rest(self) -> None:
        """Nobody listens, and has not for a while."""
        self.is_wanted, self.feed.until = False, 0.0
        self.feed.look()
        self.is_wanted = True

    def heard(self) -> list[str]:
        """The states since last asked, after one more look."""
        self.news.clear()
        self.feed.look()
        return [_data(news)["status"] for news in self.news if "event: generation" in news.text]


@pytest.fixture(autouse=True)
def _always_something_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests write over the reader's own connection, whose commits are no beats to it."""
    monkeypatch.setattr(feed_module, "pulse", object)


@pytest.fixture
def generation(alice: User, team: Team) -> Iterator[Generation]:
    yield ask(team, alice)[0]


def test_each_step_is_told_once_and_in_order(generation: Generation) -> None:
    reader = Reader()
    assert reader.heard() == []
    send(generation)
    assert reader.heard() == ["submitting", "processing"]
    assert reader.heard() == []


def test_news_name_the_generation_and_its_team(generation: Generation, team: Team) -> None:
    reader = Reader()
    send(generation)
    reader.heard()
    assert reader.news[0].team_id == team.id
    assert reader.news[0].text.startswith("event: generation\ndata: ")
    assert reader.news[0].text.endswith("\n\n")
    assert _data(reader.news[0]) == {
        "id": str(generation.id),
        "batch": str(generation.batch_id),
        "status": "submitting",
        "author": str(generation.author_id),
        "mode": "test",
    }


def test_a_step_that_commits_after_a_later_one_is_told(generation: Generation) -> None:
    reader = Reader()
    last = Transition.objects.latest("id").id
    _write(generation, last + 2, "processing")
    assert reader.heard() == ["processing"]
    _write(generation, last + 1, "submitting")
    assert reader.heard() == ["submitting"]


def test_a_step_that_was_under_way_when_the_reading_began_is_told(generation: Generation) -> None:
    last = Transition.objects.latest("id").id
    _write(generation, last + 2, "processing")
    reader = Reader()
    _write(generation, last + 1, "submitting")
    assert reader.heard() == ["submitting"]


def test_what_was_read_before_the_database_went_away_is_told(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    send(generation)

    def go_away() -> Iterator[News]:
        raise OperationalError("gone")

    monkeypatch.setattr(reader.feed.cursors[1], "fresh", go_away)
    with pytest.raises(OperationalError):
        reader.feed.look()
    assert [_data(news)["status"] for news in reader.news] == ["submitting", "processing"]


def test_old_steps_are_not_read_for_ever(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    send(generation)
    reader.heard()
    monkeypatch.setattr(feed_module, "AGAIN", 0.0)
    reader.heard()
    steps = reader.feed.cursors[0]
    assert steps.seen == {}
    assert steps.floor == Transition.objects.latest("id").id


def test_who_comes_after_a_silence_hears_no_history(generation: Generation) -> None:
    reader = Reader()
    before = reader.feed.since
    reader.rest()
    send(generation)
    assert reader.heard() == []
    assert reader.heard() == []
    assert reader.feed.since > before


def test_who_goes_from_page_to_page_leaves_no_gap(generation: Generation) -> None:
    reader = Reader()
    before = reader.feed.since
    reader.is_wanted = False
    send(generation)
    assert reader.heard() == ["submitting", "processing"]
    reader.feed.begin()
    assert reader.feed.since == before


def test_nothing_is_missed_between_an_arrival_and_the_next_look(generation: Generation) -> None:
    reader = Reader()
    reader.rest()
    reader.feed.begin()
    send(generation)
    assert reader.heard() == ["submitting", "processing"]


def test_the_reader_goes_on_when_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    outcomes = iter([OperationalError("gone"), OperationalError("gone"), None])

    def look() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome
        stop.set()

    feed = Feed(lambda _: None, lambda: True)
    monkeypatch.setattr(feed, "look", look)
    for name in ("PAUSE", "OUTAGE"):
        monkeypatch.setattr(feed_module, name, 0.001)
    monkeypatch.setattr("generations.live.feed.connection.close", lambda: None)
    feed.run(stop)
    assert next(outcomes, "all were asked") == "all were asked"


def _write(generation: Generation, number: int, target: str) -> None:
    Transition.objects.create(
        id=number, generation=generation, team_id=generation.team_id, source="", target=target
    )


def _data(news: News) -> dict[str, str]:
    data: dict[str, str] = json.loads(news.text.split("data: ")[1])
    return data
