import re
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock
from generations.lifecycle.models import Image, Transition
from generations.prompts import library
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.gallery.conftest import HTMX, Make
from tests.lifecycle import making


def page(browser: Client, image: Image, **query: str) -> str:
    answer = browser.get(reverse("picture", args=[image.team.slug, image.pk]), query)
    return answer.content.decode()


def test_a_picture_tells_everything_about_itself(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    version = library.save(team, bob, "Hills", "Hills behind {city}", {})
    generation = making.ask(
        team,
        bob,
        "Hills behind Galway",
        template="Hills behind {city}",
        values={"city": "Galway"},
        prompt_version=version,
    )[0]
    text = page(browser, making.finish(generation))
    assert '<em class="variable">Galway</em>' in text
    assert "Held 20 · charged 15 · 5 returned" in text
    assert f"?reference={generation.pk}&amp;mode=test" in text
    assert "896 × 1120 · 4:5" in text
    assert "Pro 1.1 · standard" in text
    assert "Hills, v1" in text
    for step in ("Asked by Bob", "held 20", "Sent", "Stored and settled", "charged 15"):
        assert step in text


def test_neighbours_and_the_batch_are_a_click_away(
    team: Team, alice: User, browser: Client
) -> None:
    older, middle, newer = (making.finish(row) for row in making.ask(team, alice, count=3))
    images = sorted((older, middle, newer), key=lambda image: image.pk)
    text = page(browser, images[1])
    for image in images:
        assert reverse("picture", args=[team.slug, image.pk]) in text
    assert "Same batch" in text
    assert text.index("Newer picture") < text.index("Older picture")
    assert "Newer picture" not in page(browser, images[2])
    assert "Older picture" not in page(browser, images[0])


def test_a_late_picture_says_that_it_cost_nothing(team: Team, alice: User, browser: Client) -> None:
    image = making.finish(making.ask(team, alice)[0])
    generation = image.generation
    generation.is_late = True
    generation.save(update_fields=["is_late"])
    assert "Came late: charged 0" in page(browser, image)


def test_a_reviewer_may_look_and_download_but_not_remix(
    team: Team, alice: User, carol: User, sign_in: SignIn
) -> None:
    text = page(sign_in(carol), making.finish(making.ask(team, alice)[0]))
    assert "Download" in text
    assert "remix=" not in text


def turns(text: str) -> list[str]:
    """Where the arrows lead: newer, then older."""
    return re.findall(r'id="turn-\w+" href="([^"]+)"', text.replace("&amp;", "&"))


def test_the_arrows_stay_among_what_was_wanted(
    team: Team, alice: User, bob: User, browser: Client, make: Make
) -> None:
    oldest, other, middle, _between, newest = (
        make(person) for person in (alice, bob, alice, bob, alice)
    )
    text = page(browser, middle, by="me")
    assert turns(text) == [
        f"{reverse('picture', args=[team.slug, each.pk])}?by=me" for each in (newest, oldest)
    ]
    assert "2 of 3" in text
    assert len(turns(page(browser, newest, by="me"))) == 1
    assert f"{other.pk}/" in turns(page(browser, middle))[1]
    assert "3 of 5" in page(browser, middle)


def test_a_turn_gets_what_changes_and_a_reload_the_whole_page(
    alice: User, browser: Client, make: Make, team: Team
) -> None:
    address = reverse("picture", args=[team.slug, make(alice, "A hill at dusk").pk])
    turn = browser.get(address, headers=HTMX)
    assert turn.content.decode().startswith("<title>A hill at dusk")
    assert "<html" not in turn.content.decode()
    assert "HX-Request" in turn.headers["Vary"]  # a browser that goes back takes no fragment
    restored = browser.get(address, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_the_strip_shows_the_same_prompt_around_the_picture(
    team: Team, alice: User, browser: Client, make: Make
) -> None:
    version = library.save(team, alice, "Hills behind {city}", "Hills behind {city}", {})
    made = [make(alice, prompt_version=version) for _ in range(9)]
    make(alice)
    text = page(browser, made[4])
    strip = text[text.index("Same prompt") : text.index("<aside")]
    around = [each for each in made if f'pictures/{each.pk}/"' in strip]
    assert around == made[1:8]
    assert "All 9 pictures" in strip
    assert f"?prompt={version.prompt_id}" in strip
    first = page(browser, made[0])
    assert sum(f'pictures/{each.pk}/"' in first[: first.index("<aside")] for each in made) == 7


def test_a_picture_alone_has_no_strip(alice: User, browser: Client, make: Make) -> None:
    assert "strip__" not in page(browser, make(alice))


def test_the_timeline_says_how_long_each_step_took(
    alice: User, browser: Client, make: Make
) -> None:
    image = make(alice)
    moves = list(Transition.objects.filter(generation=image.generation).order_by("id"))
    for move, seconds in zip(moves, (0, 41, 41.4, 68.6, 69), strict=True):
        at = clock.now() + timedelta(seconds=seconds)
        Transition.objects.filter(pk=move.pk).update(at=at)
    text = page(browser, image)
    steps = re.findall(
        r'</time></span><span>([^<]+)</span><span class="timeline__fact">([^<]*)', text
    )
    assert steps == [
        ("Asked by Alice", "held 20"),
        ("Waited", "41.0 s"),
        ("Sent to the practice studio", "0.4 s"),
        ("Drawn", "27.2 s"),
        ("Fetched", "0.4 s"),
        ("Stored and settled", "charged 15"),
    ]


def test_only_who_may_is_offered_the_trash(
    team: Team, alice: User, bob: User, carol: User, sign_in: SignIn, make: Make
) -> None:
    mine, theirs = make(bob), make(alice)
    trash = reverse("gallery_trash", args=[team.slug])
    assert trash in page(sign_in(bob), mine)
    assert trash not in page(sign_in(bob), theirs)
    assert trash in page(sign_in(alice), mine)
    assert trash not in page(sign_in(carol), mine)


def test_who_trashes_it_comes_to_its_neighbour(
    team: Team, alice: User, browser: Client, make: Make
) -> None:
    older, image = make(alice), make(alice)
    place = f"{reverse('gallery', args=[team.slug])}?by=me&at={older.pk}#picture-{older.pk}"
    assert f'name="next" value="{place}"' in page(browser, image, by="me").replace("&amp;", "&")


def test_more_pictures_cost_no_more_queries(
    team: Team, alice: User, browser: Client, make: Make
) -> None:
    version = library.save(team, alice, "Hills", "Hills", {})
    image = make(alice, prompt_version=version)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(browser, image)
        return len(captured)

    make(alice, prompt_version=version)
    page(browser, image)  # fills what is kept between requests
    few = queries()
    for _ in range(10):
        make(alice, prompt_version=version)
    assert queries() == few
