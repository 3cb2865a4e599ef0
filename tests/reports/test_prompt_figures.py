"""What the library shows of the pictures that were made with its prompts."""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Generation, Image
from generations.prompts import library
from generations.prompts.models import PromptVersion
from generations.reports import prompts
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making

HTMX = {"HX-Request": "true"}


@pytest.fixture
def hills(team: Team, bob: User) -> PromptVersion:
    return library.save(team, bob, "Hills", "Hills behind {city}", {})


def make(version: PromptVersion, user: User, city: str = "Galway") -> Image:
    return making.finish(ask(version, user, city))


def ask(version: PromptVersion, user: User, city: str = "Galway") -> Generation:
    return making.ask(
        version.prompt.team,
        user,
        version.text.replace("{city}", city),
        template=version.text,
        values={"city": city},
        prompt_version=version,
    )[0]


def figures(browser: Client, *versions: PromptVersion) -> str:
    asked = urlencode([("prompt", str(version.prompt_id)) for version in versions])
    address = reverse("library_figures", args=[versions[0].prompt.team.slug])
    return browser.get(f"{address}?{asked}", headers=HTMX).content.decode()


def test_a_prompt_has_the_sum_of_its_versions(
    team: Team, alice: User, bob: User, hills: PromptVersion
) -> None:
    second = library.save(team, bob, "Hills", "Peaks behind {city}", {}, hills.prompt)
    make(hills, bob, "Galway")
    make(second, bob, "Kyoto")
    make(second, alice, "Kyoto")
    making.fail(ask(second, alice, "Lisbon"))
    report = prompts.of_prompt(team, alice, hills.prompt)
    assert report.by_version[hills.pk] == prompts.Figures(1, 1, 0, 15)
    assert report.by_version[second.pk] == prompts.Figures(2, 2, 1, 30)
    assert (report.total.mean, report.total.success) == (15.0, 75.0)
    assert (report.users, report.members) == (2, 2)
    assert report.values == {"city": ["Lisbon", "Kyoto", "Galway"]}


def test_a_prompt_that_was_never_used_has_no_mean_and_no_success(
    team: Team, alice: User, hills: PromptVersion
) -> None:
    report = prompts.of_prompt(team, alice, hills.prompt)
    assert (report.total.pictures, report.total.mean, report.total.success) == (0, None, None)


def test_practice_is_no_real_spend_but_its_pictures_stay(
    team: Team, alice: User, hills: PromptVersion, live_key: UpstreamKey
) -> None:
    make(hills, alice)
    report = prompts.of_prompt(team, alice, hills.prompt)
    assert report.total == prompts.Figures(1, 0, 0, 0)


def test_what_its_maker_keeps_private_is_counted_and_shown_to_nobody_else(
    team: Team, alice: User, bob: User, hills: PromptVersion
) -> None:
    image = make(hills, bob, "Secret")
    Image.objects.filter(pk=image.pk).update(is_private=True)
    for reader, pictures, values in ((alice, 0, {}), (bob, 1, {"city": ["Secret"]})):
        report = prompts.of_prompt(team, reader, hills.prompt)
        assert (report.total.pictures, report.total.spent, report.values) == (pictures, 15, values)
        assert len(prompts.examples(team, reader, [hills.prompt_id])) == pictures


def test_the_list_gets_an_example_and_the_figures_of_each_prompt(
    team: Team, alice: User, bob: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    unused = library.save(team, bob, "Boats", "A boat", {})
    make(hills, bob)
    newest = make(hills, alice)
    text = figures(sign_in(alice), hills, unused)
    assert re.search(rf'id="example-{hills.prompt_id}".*?/pictures/{newest.pk}/', text, re.DOTALL)
    said = "2 pictures · 15.0 credits each"
    assert re.search(rf'id="figures-{hills.prompt_id}"[^>]*> · {said}<', text)
    assert str(unused.prompt_id) not in text


def test_ten_more_prompts_cost_no_more_queries(
    team: Team, alice: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    versions = [hills]
    make(hills, alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            figures(browser, *versions)
        return len(queries)

    before = count()
    for number in range(10):
        versions.append(library.save(team, alice, f"{number}", f"Study {number} of {{city}}", {}))
        make(versions[-1], alice)
    assert count() == before


def test_the_page_gets_the_figures_of_the_prompt_and_of_each_version(
    team: Team, alice: User, bob: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    make(hills, alice)
    address = reverse("prompt_figures", args=[team.slug, hills.prompt_id])
    text = sign_in(alice).get(address, headers=HTMX).content.decode()
    entries = f"{reverse('entries', args=[team.slug])}?prompt={hills.prompt_id}&amp;mode=test"
    assert entries in text
    # A member sees in the ledger only what is their own.
    assert entries not in sign_in(bob).get(address, headers=HTMX).content.decode()
    assert "Mean cost, practice" in text
    assert f"{reverse('gallery', args=[team.slug])}?prompt={hills.prompt_id}" in text
    assert f'<span id="success-{hills.pk}" hx-swap-oob="true">100 %</span>' in text
    assert '<span id="used-city" hx-swap-oob="true">lately Galway</span>' in text


def test_without_htmx_they_lead_to_the_pages_that_they_are_part_of(
    team: Team, alice: User, hills: PromptVersion, sign_in: SignIn
) -> None:
    browser, arguments = sign_in(alice), [team.slug, hills.prompt_id]
    one = browser.get(reverse("prompt_figures", args=arguments))
    assert one.headers["Location"] == reverse("prompt", args=arguments)
    listed = browser.get(reverse("library_figures", args=[team.slug]))
    assert listed.headers["Location"] == reverse("prompts", args=[team.slug])


def test_another_teams_prompts_tell_nothing(
    team: Team, alice: User, hills: PromptVersion, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    make(hills, alice)
    browser = sign_in(charlie)
    address = reverse("library_figures", args=[other_team.slug])
    text = browser.get(f"{address}?prompt={hills.prompt_id}", headers=HTMX).content.decode()
    assert str(hills.prompt_id) not in text
    one = reverse("prompt_figures", args=[other_team.slug, hills.prompt_id])
    assert browser.get(one, headers=HTMX).status_code == 404
    assert browser.get(f"{address}?prompt=nonsense", headers=HTMX).status_code == 404
