"""What is told to a team, and that it says no more than its pages do."""

import json
from collections.abc import Callable

import pytest

from generations.credits import ledger
from generations.keys import issued
from generations.live import feed as feed_module
from generations.live.feed import Feed
from generations.live.sources import News
from generations.prompts import library
from generations.prompts.models import Prompt
from generations.teams import invite, projects
from generations.teams.models import Role, Team, User
from tests.lifecycle.making import ask, finish

Hear = Callable[[], list[News]]


@pytest.fixture
def hear(team: Team, monkeypatch: pytest.MonkeyPatch) -> Hear:
    """What was told since it was last asked."""
    monkeypatch.setattr(feed_module, "pulse", object)
    news: list[News] = []
    feed = Feed(news.extend, lambda: True)
    feed.look()

    def heard() -> list[News]:
        news.clear()
        feed.look()
        return list(news)

    return heard


def test_an_invitation_a_new_member_and_a_project_are_acts(
    hear: Hear, team: Team, alice: User, charlie: User
) -> None:
    _, token = invite.invite(team, alice, Role.MEMBER)
    assert kinds(hear()) == ["act"]
    invite.accept(token, charlie)
    assert kinds(hear()) == ["act"]
    projects.add(team, alice, "Harbour festival")
    assert hear() == [News(team.id, "event: act\ndata: {}\n\n")]


def test_of_a_key_nothing_is_said_but_that_something_changed(
    hear: Hear, team: Team, bob: User
) -> None:
    key, _ = issued.issue(team, bob, name="Nightly", mode="test")
    assert hear() == [News(team.id, "event: act\ndata: {}\n\n")]
    issued.revoke(key, bob)
    assert kinds(hear()) == ["act"]


def test_a_prompt_that_is_saved_or_put_away_is_told(hear: Hear, team: Team, bob: User) -> None:
    prompt = library.save(team, bob, "Hills", "Hills at dusk", {}).prompt
    assert kinds(hear()) == ["prompt"]
    library.save(team, bob, "Hills", "Hills at dawn", {}, prompt=prompt)
    assert kinds(hear()) == ["prompt"]
    library.archive(prompt, bob)
    assert kinds(hear()) == ["prompt"]
    library.restore(Prompt.objects.get(), bob)
    assert kinds(hear()) == ["prompt"]


def test_money_that_moves_without_a_picture_is_told(hear: Hear, team: Team, alice: User) -> None:
    ledger.grant(team, "live", 5000, actor=alice, reason="Paid by bank transfer")
    assert News(team.id, 'event: money\ndata: {"mode": "live"}\n\n') in hear()


def test_many_movements_at_once_are_one_piece_of_news(hear: Hear, team: Team, bob: User) -> None:
    ask(team, bob, count=4)
    assert kinds(hear()) == ["generation"] * 4 + ["money"]


def test_of_a_private_picture_others_learn_only_that_a_place_came_free(
    hear: Hear, team: Team, bob: User
) -> None:
    generation = ask(team, bob)[0]
    hear()
    image = finish(generation)
    image.is_private = True
    image.save(update_fields=["is_private"])
    told = [news for news in hear() if "completed" in news.text]
    for_all = [news for news in told if news.only_for is None]
    for_bob = [news for news in told if news.only_for == bob.id]
    assert [data(news) for news in for_all] == [{"status": "completed", "mode": "test"}]
    assert [data(news)["id"] for news in for_bob] == [str(generation.id)]


def kinds(news: list[News]) -> list[str]:
    return [each.text.split()[1] for each in news]


def data(news: News) -> dict[str, str]:
    found: dict[str, str] = json.loads(news.text.split("data: ")[1])
    return found
