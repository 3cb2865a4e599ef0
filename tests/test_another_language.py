"""The hub in a language that has every string: what still shows in Latin letters is none of it.

The language puts brackets around whatever it translates, and people write in Greek.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.fixtures import Settings

from fluxhub.languages import offered
from generations.lifecycle.models import Batch, Image
from generations.people.founding import found_team
from generations.people.register import register
from generations.prompts import library
from generations.teams import invite, projects
from generations.teams.models import Role, Team, User
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.test_words import NAMES, WORD, Words

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
# Addresses, zones, units and formats, and what a program reads.
SAME_EVERYWHERE = re.compile(
    r"\S+@\S+|https?://\S+|/[\w/]+/|"
    r"[A-Z]\w+(?:/[\w -]+)+|UTC|GMT|···· ?\w+|\bpx\b|\bMB\b|v\d+|\bPNG\b|flux-pro\S*|fx_\w+"
)
IGNORED = [".venv", "tests"]
PAGES = (
    "create", "gallery", "prompts", "prompt_new", "styles", "queue", "usage", "entries", "members",
    "upstream_keys", "credits", "api_keys", "team_settings", "api_docs",
)  # fmt: skip


@pytest.fixture
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = translation._trans  # type: ignore[attr-defined]

    def mark(text: str) -> str:
        return f"⟦{text}⟧" if text.strip() else text

    monkeypatch.setattr(catalogue, "gettext", mark)
    monkeypatch.setattr(catalogue, "pgettext", lambda _context, text: mark(text))
    monkeypatch.setattr(catalogue, "ngettext", lambda one, many, n: mark(one if n == 1 else many))
    monkeypatch.setattr(
        catalogue, "npgettext", lambda _context, one, many, n: mark(one if n == 1 else many)
    )


@pytest.fixture
def owner(db: None, _marked: None) -> User:
    return register(
        email="a@b.gr", name="Αλίκη", password="correct horse battery", is_verified=True
    )


@pytest.fixture
def household(owner: User) -> Team:
    """Something of everything: pictures, a failure, what waits, a prompt, a project, a guest."""
    team = found_team(team_name="Οδός", owner=owner, time_zone="Europe/Dublin")
    project = projects.add(team, owner, "Έργο")
    for text in ("λόφοι", "κύμα"):
        making.finish(making.ask(team, owner, text, project=project)[0])
    making.fail(making.ask(team, owner, "φάρος")[0], "Όχι")
    making.send(making.ask(team, owner, "δάσος")[0])
    making.ask(team, owner, "πόλη")
    library.save(team, owner, "Λόφοι", "λόφοι {a}", {"width": 896, "height": 1120})
    invite.invite(team, owner, Role.MEMBER, "c@d.gr")
    return team


@pytest.fixture
def browser(owner: User) -> Iterator[Client]:
    client = Client()
    client.force_login(owner)
    yield client


def untranslated(page: str) -> list[str]:
    reader = Words()
    while MARKED.search(page):
        page = MARKED.sub("", page)
    reader.feed(SAME_EVERYWHERE.sub("", page))
    reader.close()
    return [text for text in reader.found if WORD.search(NAMES.sub("", text))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_all_translated(household: Team, browser: Client, name: str) -> None:
    answer = browser.get(reverse(name, args=[household.slug]))
    assert answer.status_code == 200
    assert "⟦" in answer.content.decode()
    assert untranslated(answer.content.decode()) == []


def test_the_page_of_a_picture_is_all_translated(household: Team, browser: Client) -> None:
    image = Image.objects.for_team(household).first()
    assert image is not None
    page = browser.get(reverse("picture", args=[household.slug, image.pk])).content.decode()
    assert untranslated(page) == []


def test_the_page_of_a_prompt_is_all_translated(household: Team, browser: Client) -> None:
    prompt = library.shelf(household).get()
    page = browser.get(reverse("prompt", args=[household.slug, prompt.pk])).content.decode()
    assert untranslated(page) == []


def test_what_refuses_is_all_translated(household: Team, browser: Client) -> None:
    empty = browser.post(reverse("create_batch", args=[household.slug]), {"prompt": ""})
    assert empty.status_code == 422
    assert untranslated(empty.content.decode()) == []
    dear = {"prompt": "λόφοι", "shape": "custom", "width": 2048, "height": 2048, "count": 20,
            "version": "flux-pro", "quality": "high", "mode": "test"}  # fmt: skip
    refused = browser.post(reverse("create_batch", args=[household.slug]), dear)
    assert refused.status_code == 422
    assert "⟦This needs up to" in refused.content.decode()
    assert untranslated(refused.content.decode()) == []
    assert Batch.objects.for_team(household).count() == 5


@pytest.mark.parametrize("name", ["profile", "account_email", "account_logout"])
def test_a_page_of_ones_own_is_all_translated(browser: Client, name: str) -> None:
    assert untranslated(browser.get(reverse(name)).content.decode()) == []


@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_a_visitors_page_is_all_translated(household: Team, name: str) -> None:
    assert untranslated(Client().get(reverse(name)).content.decode()) == []


@pytest.mark.gettext
def test_a_language_is_only_a_catalogue(
    team: Team, alice: User, sign_in: SignIn, tmp_path: Path, settings: Settings
) -> None:
    """As `make messages LANGUAGE=ga` makes it, with one string translated."""
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = offered(tmp_path)
    assert settings.LANGUAGES == [("en", "English")]
    call_command("makemessages", locale=["ga"], ignore_patterns=IGNORED, verbosity=0)
    catalogue = tmp_path / "ga" / "LC_MESSAGES" / "django.po"
    text = catalogue.read_text()
    for untouched in ("Use prompt", "Generate %(count)s · %(credits)s", "Nothing was charged."):
        assert f'msgid "{untouched}' in text
    catalogue.write_text(
        text.replace('msgid "Gallery"\nmsgstr ""', 'msgid "Gallery"\nmsgstr "Gailearaí"')
    )
    call_command("compilemessages", verbosity=0)
    settings.LANGUAGES = offered(tmp_path)
    assert settings.LANGUAGES == [("en", "English"), ("ga", "Gaeilge")]
    address = reverse("gallery", args=[team.slug])
    page = sign_in(alice).get(address, headers={"Accept-Language": "ga"})
    assert "Gailearaí" in page.content.decode()


def test_what_is_not_translated_is_found() -> None:
    assert untranslated("<p>⟦Held ⟦20 credits⟧⟧ Λόφοι Fluxhub</p>") == []
    assert untranslated("<p>⟦Held⟧ so far</p>") == ["so far"]
