"""Why was I charged: the page of one job, in words."""

import re
from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from generations.core import clock
from generations.credits import ledger
from generations.keys import issued
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.lifecycle.retry import retry
from generations.teams import days
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.lifecycle.test_series import rows_of, start
from tests.reports.conftest import Charge


def job(browser: Client, team: Team, generation: Generation) -> str:
    """The words of the page, one space between them."""
    answer = browser.get(reverse("entries", args=[team.slug]) + f"?reference={generation.pk}")
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_charge_tells_what_was_held_charged_and_returned(
    team: Team, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(bob, 15, "A red boat")
    browser = sign_in(bob)
    words = job(browser, team, made)
    assert "15 credits charged" in words and "A red boat" in words
    assert "the most that a picture of 1024 × 1024 may cost. 20" in words
    assert "what it really cost. 15" in words
    assert "it was held and not needed. 5" in words
    page = browser.get(reverse("entries", args=[team.slug]) + f"?reference={made.pk}")
    assert reverse("picture", args=[team.slug, made.image.pk]) in page.content.decode()


def test_where_all_of_it_was_needed_nothing_returned(
    team: Team, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    assert "not needed" not in job(sign_in(bob), team, charge(bob, 20))


def test_what_was_cancelled_cost_nothing_and_says_why(
    team: Team, bob: User, ask: Charge, sign_in: SignIn
) -> None:
    waits = ask(bob)
    browser = sign_in(bob)
    words = job(browser, team, waits)
    assert "20 credits held" in words and "Still under way" in words
    cancel(waits, bob)
    words = job(browser, team, waits)
    assert "Nothing charged" in words and "Returned, nothing was charged. Cancelled 20" in words


def test_a_private_picture_has_its_figures_and_no_words(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(bob, 15, "A secret boat", is_private=True)
    words = job(sign_in(alice), team, made)
    assert "15 credits charged" in words and "keeps private" in words
    assert "A secret boat" not in words
    assert "A secret boat" in job(sign_in(bob), team, made)


def test_anothers_job_has_no_page_for_a_member(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    words = job(sign_in(bob), team, charge(alice, 15, "A red boat"))
    assert "There is no entry of this picture" in words and "A red boat" not in words


def test_a_failure_tells_what_the_upstream_said_and_when(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    [made] = making.ask(team, bob)
    making.fail(made, "No such style")
    words = job(sign_in(bob), team, made)
    assert "Nothing charged" in words
    assert "The upstream refused the request. It said: “No such style”" in words
    assert "What happened" in words and "Asked by Bob" in words and "Failed" in words


def test_a_loss_stands_in_the_story_of_who_sees_the_teams_spend(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(bob, 33)
    assert "nobody was charged. Above the hold 13" in job(sign_in(alice), team, made)
    assert "nobody was charged" not in job(sign_in(bob), team, made)


def test_it_tells_by_which_script_batch_and_key_and_after_what(
    team: Team, bob: User, sign_in: SignIn
) -> None:
    key, _text = issued.issue(team, bob, name="Menu script", mode=Mode.TEST)
    [made] = making.ask(team, bob, api_key=key)
    words = job(sign_in(bob), team, made)
    assert "with the API key “Menu script” · through Practice" in words
    one = start(team, bob, 2)
    [row, _other] = rows_of(one)
    making.fail(row)
    [again] = retry(row, Membership.objects.get(user=bob)).generations
    browser = sign_in(bob)
    assert f"A row of the batch {one.name} · Tried again after this" in job(browser, team, again)
    answer = browser.get(f"{reverse('entries', args=[team.slug])}?reference={again.pk}")
    text = answer.content.decode()
    assert reverse("series", args=[team.slug, one.pk]) in text and f"reference={row.pk}" in text


def test_what_took_more_than_a_day_has_its_days(
    team: Team, alice: User, bob: User, charge: Charge, sign_in: SignIn
) -> None:
    made = charge(bob, 15)
    browser = sign_in(alice)
    today = date_format(days.today(team), "j M, ")
    assert today not in job(browser, team, made)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        ledger.lose(team, Mode.TEST, 13, made.pk, "Above the hold")
    words = job(browser, team, made)
    assert words.count(today) > 1, words
