import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.prompts import library
from generations.prompts.models import Prompt, PromptVersion
from generations.teams.models import Team, User
from tests.conftest import SignIn


@pytest.fixture
def saved(team: Team, bob: User) -> PromptVersion:
    return library.save(team, bob, "Hills", "Hills behind {city}", {"width": 896, "height": 1120})


def test_the_library_shows_who_made_a_prompt_and_how_often_it_was_used(
    team: Team, alice: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    saved.count_use()
    text = sign_in(alice).get(reverse("prompts", args=[team.slug])).content.decode()
    assert '<em class="variable">{city}</em>' in text
    assert "Bob" in text and "1 use" in text
    assert f"{reverse('create', args=[team.slug])}?prompt_version={saved.pk}" in text


def test_saving_a_prompt_puts_it_into_the_library(team: Team, bob: User, sign_in: SignIn) -> None:
    words = {"title": "Blue", "text": "A {plant}", "shape": "other"}
    words |= {"width": "512", "height": "512"}
    words |= {"version": "flux-pro-1.1", "quality": "high"}
    answer = sign_in(bob).post(reverse("prompt_new", args=[team.slug]), words)
    version = PromptVersion.objects.get()
    assert answer.headers["Location"] == reverse("prompt", args=[team.slug, version.prompt_id])
    wanted = {"width": 512, "height": 512, "version": "flux-pro-1.1", "quality": "high"}
    assert version.settings == wanted


@pytest.mark.parametrize(
    "words",
    [
        {"title": "", "text": "A hill"},
        {"title": "Hill", "text": " "},
        {"title": "Hill", "text": "x" * 4001},
        {"title": "x" * 121, "text": "A hill"},
        {"title": "Hill", "text": "A hill", "quality": "gold"},
        {"title": "Hill", "text": "A hill", "version": "flux-9"},
        {"title": "Hill", "text": "A hill", "shape": "other", "width": "9" * 4000, "height": "512"},
        {"title": "Hill", "text": "A hill", "shape": "other", "width": "512", "height": "255"},
        {"title": "Hill", "text": "A hill", "shape": "other", "width": "512"},
        {"title": "Hill", "text": "A hill", "shape": "round"},
    ],
)
def test_bad_input_shows_the_form_again(
    team: Team, bob: User, sign_in: SignIn, words: dict[str, str]
) -> None:
    answer = sign_in(bob).post(reverse("prompt_new", args=[team.slug]), words)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not Prompt.objects.exists()


def test_settings_that_nothing_can_be_made_with_are_not_shown(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    settings: dict[str, str | int] = {"width": 9**4000, "height": 512, "quality": "high"}
    version = library.save(team, bob, "Hills", "Hills", settings | {"version": "flux-9"})
    page = sign_in(bob).get(reverse("prompt", args=[team.slug, version.prompt_id]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "<dd>high</dd>" in text
    assert "<dt>Size</dt>" not in text


def test_editing_makes_a_version_and_the_page_marks_what_changed(
    team: Team, alice: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    address = reverse("prompt_edit", args=[team.slug, saved.prompt_id])
    assert "Hills behind {city}" in browser.get(address).content.decode()
    browser.post(address, {"title": "Hills", "text": "Peaks behind {city}"})
    words = {"title": "Hills", "text": "Peaks", "note": "x" * 121}
    assert browser.post(address, words).status_code == 422
    page = browser.get(reverse("prompt", args=[team.slug, saved.prompt_id])).content.decode()
    assert "<del>Hills</del>" in page and "<ins>Peaks</ins>" in page
    assert "v2" in page and "v1" in page


def test_archiving_is_undone_from_the_prompts_page(
    team: Team, bob: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    browser, arguments = sign_in(bob), [team.slug, saved.prompt_id]
    shelf = browser.post(reverse("prompt_archive", args=arguments), follow=True)
    assert "Hills" not in shelf.content.decode()
    restoration = reverse("prompt_restoration", args=arguments)
    assert f'<form method="post" action="{restoration}"' in shelf.content.decode()
    back = browser.post(restoration, {"next": reverse("prompts", args=[team.slug])}, follow=True)
    assert "Hills" in back.content.decode()


def test_two_who_edit_at_once_learn_of_each_other_and_lose_nothing(
    team: Team, alice: User, bob: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    browser, address = sign_in(bob), reverse("prompt_edit", args=[team.slug, saved.prompt_id])
    assert 'name="seen" value="1"' in browser.get(address).content.decode()
    library.save(team, alice, "Hills", "Alice’s words", {}, prompt=saved.prompt)
    words = {"title": "Bob’s title", "text": "Bob’s words", "seen": "1"}
    answer = browser.post(address, words)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Alice saved v2 meanwhile." in text and "Bob’s words" in text
    assert 'name="seen" value="2"' in text and "Save as v3" in text
    saved.prompt.refresh_from_db()
    assert (saved.prompt.title, saved.prompt.versions.count()) == ("Hills", 2)
    assert browser.post(address, words | {"seen": "2"}).status_code == 302
    assert saved.prompt.versions.get(number=3).text == "Bob’s words"


def test_the_page_of_an_archived_prompt_brings_it_back(
    team: Team, bob: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    browser, arguments = sign_in(bob), [team.slug, saved.prompt_id]
    browser.post(reverse("prompt_archive", args=arguments))
    assert "Bring back" in browser.get(reverse("prompt", args=arguments)).content.decode()
    browser.post(reverse("prompt_restoration", args=arguments))
    assert "Hills" in browser.get(reverse("prompts", args=[team.slug])).content.decode()


def test_finding_looks_into_titles_and_texts(
    team: Team, bob: User, alice: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    library.save(team, alice, "Boats", "A red boat", {})
    browser, address = sign_in(alice), reverse("prompts", args=[team.slug])
    assert "Boats" not in browser.get(address, {"q": "behind"}).content.decode()
    assert "Hills" not in browser.get(address, {"by": "me"}).content.decode()
    assert "Nothing found" in browser.get(address, {"q": "zebra"}).content.decode()


def test_a_reviewer_reads_and_changes_nothing(
    team: Team, carol: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    browser, arguments = sign_in(carol), [team.slug, saved.prompt_id]
    page = browser.get(reverse("prompt", args=arguments))
    assert page.status_code == 200 and "Use prompt" not in page.content.decode()
    assert browser.get(reverse("prompt_new", args=[team.slug])).status_code == 403
    for name in ("prompt_edit", "prompt_archive", "prompt_restoration"):
        assert browser.post(reverse(name, args=arguments)).status_code == 403


def test_a_stranger_gets_404_also_through_their_own_team(
    team: Team, other_team: Team, charlie: User, saved: PromptVersion, sign_in: SignIn
) -> None:
    browser = sign_in(charlie)
    for name in ("prompt", "prompt_edit"):
        for slug in (team.slug, other_team.slug):
            assert browser.get(reverse(name, args=[slug, saved.prompt_id])).status_code == 404
    archive = reverse("prompt_archive", args=[other_team.slug, saved.prompt_id])
    assert browser.post(archive).status_code == 404


def test_the_library_comes_in_pages(
    team: Team, bob: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generations.prompts.finding.PAGE", 2)
    for number in range(3):
        library.save(team, bob, f"Number {number}", "x", {})
    browser, address = sign_in(bob), reverse("prompts", args=[team.slug])
    first = browser.get(address)
    cursor = first.context["shelf"].page.next_cursor
    second = browser.get(address, {"after": cursor}, headers={"HX-Request": "true"})
    assert "<html" not in second.content.decode()
    titles = [row.title for page in (first, second) for row in page.context["shelf"].page.rows]
    assert titles == ["Number 2", "Number 1", "Number 0"]
    assert browser.get(address, {"after": "nonsense"}).status_code == 302


def test_ten_more_prompts_cost_no_more_queries(team: Team, bob: User, sign_in: SignIn) -> None:
    browser = sign_in(bob)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("prompts", args=[team.slug]))
        return len(queries)

    library.save(team, bob, "First", "x", {})
    before = count()
    for number in range(10):
        library.save(team, bob, f"Number {number}", "x", {})
    assert count() == before
