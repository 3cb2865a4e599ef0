import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generations.core import clock
from generations.gallery import counting, finding, sheets, views
from generations.lifecycle.models import Generation, Image
from generations.teams.models import Project, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.gallery.conftest import HTMX, Make, ids
from tests.lifecycle import making


def gallery(team: Team) -> str:
    return reverse("gallery", args=[team.slug])


def pictures(team: Team, user: User, *prompts: str, **changes: object) -> list[str]:
    return [
        str(making.finish(making.ask(team, user, prompt, **changes)[0]).pk) for prompt in prompts
    ]


def test_the_team_sees_everybodys_pictures_and_each_their_own(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    mine, theirs = pictures(team, alice, "Mine") + pictures(team, bob, "Theirs")
    assert set(ids(browser.get(gallery(team)).content.decode())) == {mine, theirs}
    assert ids(browser.get(gallery(team), {"by": "me"}).content.decode()) == [mine]
    assert ids(browser.get(gallery(team), {"by": str(bob.pk)}).content.decode()) == [theirs]


def test_what_is_private_or_in_the_trash_is_not_ids(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    private, trashed, own = pictures(team, bob, "a", "b") + pictures(team, alice, "c")
    Image.objects.filter(pk__in=[private, own]).update(is_private=True)
    Image.objects.filter(pk=trashed).update(trashed_at=clock.now())
    assert ids(browser.get(gallery(team)).content.decode()) == [own]
    for hidden in (private, trashed):
        assert browser.get(reverse("picture", args=[team.slug, hidden])).status_code == 404


def test_pages_follow_each_other_without_gap_or_repetition(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 7)
    made = pictures(team, alice, *(f"number {number}" for number in range(17)))
    address, seen = gallery(team), []
    for _page in range(10):
        text = browser.get(address).content.decode()
        seen += ids(text)
        following = re.search(r'class="link" href="(\?[^"]+)"[^>]*>Older', text)
        if not following:
            break
        address = gallery(team) + following[1].replace("&amp;", "&")
    assert seen == sorted(made, reverse=True)


def test_htmx_gets_the_days_alone_and_the_date_only_once(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 7)
    pictures(team, alice, *(f"number {number}" for number in range(12)))
    first = browser.get(gallery(team)).content.decode()
    more = re.search(r'hx-get="(\?after=[^"]+)"', first)
    assert more
    text = browser.get(gallery(team) + more[1].replace("&amp;", "&"), headers=HTMX).content.decode()
    assert "<html" not in text
    assert "data-continues" in text
    assert "day__words" in first
    assert "day__words" not in text


def test_a_day_is_the_teams_own(team: Team, alice: User, browser: Client) -> None:
    image = pictures(team, alice, "late")[0]
    late = clock.now().replace(month=7, day=10, hour=23, minute=30) - timedelta(days=365)
    Image.objects.filter(pk=image).update(created_at=late)  # half past midnight in Dublin
    text = browser.get(gallery(team)).content.decode()
    assert re.search(r"figure--huge\">11<", text)


def test_search_finds_words_and_projects(team: Team, alice: User, browser: Client) -> None:
    project = Project.objects.create(team=team, name="Arts Week")
    boats = pictures(team, alice, "Paper boats", project=project)[0]
    pictures(team, alice, "Low sun")
    assert ids(browser.get(gallery(team), {"q": "BOATS"}).content.decode()) == [boats]
    found = browser.get(gallery(team), {"project": str(project.pk)}).content.decode()
    assert ids(found) == [boats]
    assert "Arts Week" in found
    nothing = browser.get(gallery(team), {"q": "submarine"}).content.decode()
    assert "No picture matches" in nothing


def test_an_empty_gallery_says_what_to_do(
    team: Team, carol: User, browser: Client, sign_in: SignIn
) -> None:
    assert "Make the first" in browser.get(gallery(team)).content.decode()
    assert "Make the first" not in sign_in(carol).get(gallery(team)).content.decode()


def test_what_came_since_is_given_alone(
    team: Team, alice: User, bob: User, browser: Client
) -> None:
    old, new = pictures(team, alice, "old", "new")
    address = reverse("gallery_fresh", args=[team.slug])
    assert ids(browser.get(address, {"since": old}).content.decode()) == [new]
    assert ids(browser.get(address, {"since": new}).content.decode()) == []
    assert ids(browser.get(address).content.decode()) == [new, old]  # opened while empty


@pytest.mark.parametrize("since", ["nonsense", "0190a0a0-0000-7000-8000-000000000000"])
def test_since_must_be_a_picture_of_the_team(team: Team, browser: Client, since: str) -> None:
    address = reverse("gallery_fresh", args=[team.slug])
    assert browser.get(address, {"since": since}).status_code == 404


@pytest.mark.parametrize("name", ["by", "project", "prompt"])
@pytest.mark.parametrize("value", ["nonsense", "0190a0a0-0000-7000-8000-000000000000"])
def test_an_unknown_filter_is_not_found(team: Team, browser: Client, name: str, value: str) -> None:
    assert browser.get(gallery(team), {name: value}).status_code == 404


def test_a_broken_cursor_leads_to_the_first_page(team: Team, browser: Client) -> None:
    answer = browser.get(gallery(team), {"after": "nonsense"})
    assert answer.headers["Location"] == gallery(team)


def test_a_stranger_finds_nothing(
    team: Team, alice: User, other_team: Team, charlie: User, sign_in: SignIn
) -> None:
    image = pictures(team, alice, "ours")[0]
    browser = sign_in(charlie)
    assert browser.get(gallery(team)).status_code == 404
    assert browser.get(reverse("picture", args=[team.slug, image])).status_code == 404
    assert browser.get(reverse("picture", args=[other_team.slug, image])).status_code == 404
    assert ids(browser.get(gallery(other_team)).content.decode()) == []


def test_more_pictures_cost_no_more_queries_and_nothing_is_counted(
    team: Team, alice: User, browser: Client
) -> None:
    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            browser.get(gallery(team))
        return [query["sql"] for query in captured]

    pictures(team, alice, "one", "two")
    few = queries()
    pictures(team, alice, *(f"number {number}" for number in range(10)))
    many = queries()
    assert len(many) == len(few)
    assert not any("COUNT(" in sql or "OFFSET" in sql for sql in many)


def test_a_day_that_goes_on_is_counted_whole_in_one_query(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 7)
    pictures(team, alice, *(f"number {number}" for number in range(17)))
    text = " ".join(browser.get(gallery(team)).content.decode().split())
    figures = '17 pictures <span class="dot">·</span> 255 credits of practice'
    assert text.count(figures) == 2  # heading and day


def test_beyond_a_thousand_nothing_is_counted(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST", 3)
    pictures(team, alice, *(f"number {number}" for number in range(3)))
    assert "3 pictures" in browser.get(gallery(team)).content.decode()
    pictures(team, alice, "one more")
    text = browser.get(gallery(team)).content.decode()
    assert "More than 3 pictures" in text


def test_where_days_have_few_pictures_months_stand_in_the_margin(
    alice: User, browser: Client, make: Make, team: Team
) -> None:
    for day in (20, 14, 3):
        make(alice, at=datetime(2025, 11, day, 12, tzinfo=UTC))
    make(alice, at=datetime(2025, 10, 9, 12, tzinfo=UTC))
    text = browser.get(gallery(team)).content.decode()
    assert re.findall(r'figure--huge">(\w+)<', text) == ["Nov", "Oct"]
    assert "3 pictures" in text


def test_months_go_on_as_months(
    alice: User, browser: Client, make: Make, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the density of the next page: the margin does not change its mind half-way."""
    monkeypatch.setattr(views, "PAGE", 8)
    for day in range(20, 9, -1):
        make(alice, at=datetime(2025, 11, day, 12, tzinfo=UTC))
    more = re.search(r'hx-get="(\?after=[^"]+)"', browser.get(gallery(team)).content.decode())
    assert more
    assert "seen=2025-11" in more[1]
    text = browser.get(gallery(team) + more[1].replace("&amp;", "&"), headers=HTMX).content.decode()
    assert "data-continues" in text
    assert "day__words" not in text


def test_who_comes_back_is_where_they_were(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With everything above it, so that nothing jumps; the address names the picture."""
    monkeypatch.setattr(views, "PAGE", 7)
    made = pictures(team, alice, *(f"number {number}" for number in range(20)))[::-1]
    page = browser.get(reverse("picture", args=[team.slug, made[11]]), {"by": "me"})
    back = f"{gallery(team)}?by=me&at={made[11]}#picture-{made[11]}"
    assert back.replace("&", "&amp;") in page.content.decode()
    text = browser.get(gallery(team), {"by": "me", "at": made[11]}).content.decode()
    assert ids(text)[:12] == made[:12]
    assert f'id="picture-{made[11]}"' in text


def test_what_is_far_down_is_shown_without_everything_above_it(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "REACH", 3)
    made = pictures(team, alice, *(f"number {number}" for number in range(10)))[::-1]
    text = browser.get(gallery(team), {"at": made[6]}).content.decode()
    assert ids(text) == made[6:]
    assert "Newer pictures" in text
    assert "10 pictures" in text  # the day is counted whole
    assert ids(browser.get(gallery(team), {"at": made[2]}).content.decode()) == made


def test_a_place_that_is_gone_is_the_top(team: Team, alice: User, browser: Client) -> None:
    made = pictures(team, alice, "one", "two")[::-1]
    gone = "0190a0a0-0000-7000-8000-000000000000"
    assert ids(browser.get(gallery(team), {"at": gone}).content.decode()) == made


def test_credits_of_practice_stand_apart_from_real_ones(
    team: Team, alice: User, browser: Client
) -> None:
    real, _practised = pictures(team, alice, "one", "two")
    Generation.objects.filter(image__pk=real).update(mode=Mode.LIVE)
    text = " ".join(browser.get(gallery(team)).content.decode().split())
    dot = ' <span class="dot">·</span> '
    assert text.count(f"2 pictures{dot}15 credits{dot}15 credits of practice") == 2


def test_more_news_than_fit_is_told(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "FRESH", 2)
    old, *_new = pictures(team, alice, "old", "a", "b", "c")
    text = browser.get(reverse("gallery_fresh", args=[team.slug]), {"since": old}).content.decode()
    assert len(ids(text)) == 2
    assert "2 new pictures" in text
    assert "More new pictures" in text


def test_words_are_looked_for_a_stretch_at_a_time_and_to_the_end(
    team: Team, alice: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a stretch has any or not: no request reads more than one."""
    monkeypatch.setattr(finding, "WINDOW", 4)
    prompts = ["zebra one", *["hill"] * 9, "zebra two", "hill"]
    made = dict(zip(prompts, pictures(team, alice, *prompts), strict=True))
    address, seen, steps = f"{gallery(team)}?q=zebra", [], 0
    while address:
        text = browser.get(address).content.decode()
        seen += ids(text)
        steps += 1
        following = re.search(r'class="link" href="(\?[^"]+)">Look further back', text)
        address = gallery(team) + following[1].replace("&amp;", "&") if following else ""
    assert seen == [made["zebra two"], made["zebra one"]]
    assert steps == 4  # 12 pictures by 4, and nothing after them


def test_a_rare_word_costs_no_more_queries_than_a_common_one(
    team: Team, alice: User, browser: Client
) -> None:
    pictures(team, alice, *(f"hill {number}" for number in range(5)))

    def queries(words: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(gallery(team), {"q": words})
        return len(captured)

    queries("hill")
    assert queries("unicorn") <= queries("hill") + 1
