"""The database is read only after somebody has committed something."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from generations.live.feed import Feed, pulse
from generations.live.sources import News
from generations.teams.models import Project, Team, User
from tests.lifecycle.making import ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_rests_while_nothing_is_committed() -> None:
    assert any(pulse() == pulse() for _ in range(100))


def test_it_beats_when_another_connection_commits(team: Team) -> None:
    before = pulse()
    elsewhere(lambda: Project.objects.create(team=team, name="Harbour"))
    assert pulse() != before


def test_it_does_not_beat_for_what_is_only_read(team: Team) -> None:
    """On PostgreSQL other databases' commits make it beat too: some look comes between them."""

    def is_quiet() -> bool:
        before = pulse()
        elsewhere(lambda: list(Project.objects.all()))
        return pulse() == before

    assert any(is_quiet() for _ in range(100))


def test_between_two_beats_no_table_is_read(team: Team, alice: User) -> None:
    heard: list[News] = []
    feed = Feed(heard.extend, lambda: True)
    feed.look()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            feed.look()
        return len(captured)

    assert min(queries() for _ in range(100)) == 1
    elsewhere(lambda: ask(team, alice))
    feed.look()
    assert [news.text.split()[1] for news in heard] == ["generation", "money"]


def elsewhere(act: object) -> None:
    """Over a connection of its own."""

    def run() -> None:
        try:
            with transaction.atomic():
                act()  # type: ignore[operator]
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
