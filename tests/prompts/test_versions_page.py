"""What changed, going back, and forking."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.prompts import library
from generations.prompts.models import Prompt, PromptVersion
from generations.teams.models import Team, User
from tests.conftest import SignIn


@pytest.fixture
def hills(team: Team, bob: User) -> Prompt:
    """Three versions; the second with a note."""
    first = library.save(team, bob, "Hills", "Hills, foggy, soft light", {})
    prompt = first.prompt
    library.save(team, bob, "Hills", "Hills, five layers of mist, soft light", {}, prompt, "Mist")
    library.save(team, bob, "Hills", "Hills, five layers of mist, last light", {}, prompt)
    return prompt


@pytest.fixture
def browser(alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def page(browser: Client, prompt: Prompt, **query: str) -> str:
    answer = browser.get(reverse("prompt", args=[prompt.team.slug, prompt.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_latest_version_marks_what_it_changed(browser: Client, hills: Prompt) -> None:
    text = page(browser, hills)
    assert "mist, <del>soft</del><ins>last</ins> light" in text
    assert "Changes from v2 to v3 are marked above." in text


def test_the_list_of_versions_says_what_each_changed(browser: Client, hills: Prompt) -> None:
    text = page(browser, hills)
    assert "<del>soft</del> <ins>last</ins>" in text  # v3 has no note
    assert "Mist" in text and "First" in text


def test_an_earlier_version_is_read_used_and_compared(browser: Client, hills: Prompt) -> None:
    text = page(browser, hills, version="2")
    assert "<del>foggy</del><ins>five layers of mist</ins>" in text
    assert "Use v2" in text
    assert "?since=2" in text and "Compare with v3" in text
    text = page(browser, hills, since="1")
    assert "<del>foggy, soft</del><ins>five layers of mist, last</ins>" in text
    assert "Changes from v1 to v3 are marked above." in text


@pytest.mark.parametrize("query", ["version=4", "version=0", "version=x", "since=9", "since=x"])
def test_a_version_that_there_is_not_is_not_found(
    browser: Client, hills: Prompt, query: str
) -> None:
    address = reverse("prompt", args=[hills.team.slug, hills.pk])
    assert browser.get(f"{address}?{query}").status_code == 404


def test_rolling_back_makes_a_version_and_can_be_undone(browser: Client, hills: Prompt) -> None:
    address = reverse("prompt_rollback", args=[hills.team.slug, hills.pk, 1])
    text = browser.post(address, follow=True).content.decode()
    assert "Rolled back: v4 is v1 again." in text
    assert "Back to v1" in text
    undo = reverse("prompt_rollback", args=[hills.team.slug, hills.pk, 3])
    assert f'<form method="post" action="{undo}"' in text
    browser.post(undo)
    texts = list(hills.versions.order_by("number").values_list("text", flat=True))
    assert texts[3:] == [texts[0], texts[2]]


def test_a_fork_is_opened_to_be_written_on_and_says_where_it_comes_from(
    browser: Client, hills: Prompt, alice: User
) -> None:
    address = reverse("prompt_fork", args=[hills.team.slug, hills.pk, 2])
    answer = browser.post(address)
    fork = Prompt.objects.get(author=alice)
    assert answer.headers["Location"] == reverse("prompt_edit", args=[fork.team.slug, fork.pk])
    text = page(browser, fork)
    assert "forked from Hills, v2" in text
    assert f"{reverse('prompt', args=[hills.team.slug, hills.pk])}?version=2" in text


def test_saving_keeps_the_note_of_its_author(browser: Client, hills: Prompt) -> None:
    address = reverse("prompt_edit", args=[hills.team.slug, hills.pk])
    assert "Save as v4" in browser.get(address).content.decode()
    browser.post(address, {"title": "Hills", "text": "Hills", "note": "Shorter"})
    assert PromptVersion.objects.get(prompt=hills, number=4).note == "Shorter"


@pytest.mark.parametrize("name", ["prompt_fork", "prompt_rollback"])
def test_who_only_reads_forks_and_goes_back_nowhere(
    hills: Prompt, carol: User, charlie: User, other_team: Team, sign_in: SignIn, name: str
) -> None:
    address = reverse(name, args=[hills.team.slug, hills.pk, 1])
    assert sign_in(carol).post(address).status_code == 403
    assert sign_in(charlie).post(address).status_code == 404
    own = reverse(name, args=[other_team.slug, hills.pk, 1])
    assert sign_in(charlie).post(own).status_code == 404
    missing = reverse(name, args=[hills.team.slug, hills.pk, 9])
    assert sign_in(hills.author).post(missing).status_code == 404
    assert "Roll back" not in page(sign_in(carol), hills)
    assert PromptVersion.objects.count() == 3


def test_ten_more_versions_cost_no_more_queries(
    browser: Client, hills: Prompt, alice: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(browser, hills)
        return len(queries)

    before = count()
    for number in range(10):
        library.save(hills.team, alice, "Hills", f"Hills {number}", {}, hills)
    assert count() == before
