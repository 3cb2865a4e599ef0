"""A refusal stands there before the click: what binds, when it frees, and the ways out."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from generations.credits import ledger
from generations.credits.models import UserDay
from generations.lifecycle.models import Generation
from generations.providers.catalogue import nearest
from generations.teams.models import AuditEntry, Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn

HTMX = {"HX-Request": "true"}
WORDS = {
    "prompt": "The hills behind Galway",
    "shape": "4:5",
    "version": "flux-pro-1.1",
    "quality": "standard",
    "count": "2",
    "mode": "test",
}


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def flat(text: str) -> str:
    return " ".join(text.split())


def batches(team: Team) -> str:
    return reverse("create_batch", args=[team.slug])


def test_a_refusal_stands_there_before_the_click_and_offers_to_wait(
    team: Team, alice: User, desk: Client
) -> None:
    Membership.objects.filter(user=alice, team=team).update(daily_limit=30)
    text = desk.post(reverse("price", args=[team.slug]), WORDS).content.decode()
    assert "data-refused" in text
    assert "your whole daily limit" in text
    assert "Queue them over 2 days, from" in flat(text)
    assert "1 start each day" in text


def test_a_refusal_shows_ways_out_that_fit(team: Team, alice: User, desk: Client) -> None:
    Membership.objects.filter(user=alice, team=team).update(daily_limit=120)
    large = {"shape": "custom", "width": "2048", "height": "1152", "count": "9"}
    text = desk.post(reverse("price", args=[team.slug]), WORDS | large).content.decode()
    assert 'data-set="count=2"' in text  # of 50 credits at most
    assert 'data-set="shape=16:9&amp;count=6"' in text  # of 20
    for way in ({"count": "2"}, {"shape": "16:9", "count": "6"}):
        fits = desk.post(reverse("price", args=[team.slug]), WORDS | large | way)
        assert "data-refused" not in fits.content.decode()


def test_the_smaller_shape_is_the_one_that_all_the_hub_calls_nearest(
    team: Team, alice: User, desk: Client
) -> None:
    Membership.objects.filter(user=alice, team=team).update(daily_limit=120)
    between = {"shape": "custom", "width": "1800", "height": "1100", "count": "9"}
    text = desk.post(reverse("price", args=[team.slug]), WORDS | between).content.decode()
    assert nearest(1800, 1100).ratio == "16:9"
    assert 'data-set="shape=16:9&amp;count=6"' in text


def test_no_more_is_offered_than_the_wallet_has_where_the_day_is_what_is_told(
    team: Team, alice: User, desk: Client
) -> None:
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 40)
    Membership.objects.filter(user=alice, team=team).update(daily_limit=100)
    text = desk.post(reverse("price", args=[team.slug]), WORDS | {"count": "6"}).content.decode()
    assert "your whole daily limit" in text
    assert re.findall('data-set="count=[0-9]+"', text) == ['data-set="count=2"']
    large = {"shape": "custom", "width": "2048", "height": "1152", "count": "6"}
    text = desk.post(reverse("price", args=[team.slug]), WORDS | large).content.decode()
    assert re.findall('data-set="[^"]+"', text) == ['data-set="shape=16:9&amp;count=2"']


def test_nothing_that_fits_is_not_offered(team: Team, alice: User, desk: Client) -> None:
    Membership.objects.filter(user=alice, team=team).update(daily_limit=10)
    text = desk.post(reverse("price", args=[team.slug]), WORDS).content.decode()
    assert "data-refused" in text
    assert "data-set" not in text


def test_what_is_refused_is_not_made_unless_it_may_wait(
    team: Team, alice: User, desk: Client
) -> None:
    Membership.objects.filter(user=alice, team=team).update(daily_limit=30)
    answer = desk.post(batches(team), WORDS, headers=HTMX)
    assert answer.status_code == 422
    assert "your whole daily limit" in answer.content.decode()
    assert not Generation.objects.exists()

    waiting = desk.post(batches(team), WORDS | {"waits_for": "reset"}, headers=HTMX)
    assert waiting.status_code == 200
    assert "the daily limit is reached" in waiting.content.decode()
    assert "nothing held" in waiting.content.decode()
    assert sum(day.reserved for day in UserDay.objects.all()) == 0


def test_beyond_the_wallet_it_offers_to_wait_for_credit(
    team: Team, alice: User, desk: Client
) -> None:
    ledger.grant(team, Mode.TEST, 30)
    text = desk.post(reverse("price", args=[team.slug]), WORDS).content.decode()
    assert "data-refused" in text and "Queue them until there is credit" in text
    assert "Queue them for" not in text
    assert desk.post(batches(team), WORDS | {"waits_for": "reset"}).status_code == 422
    answer = desk.post(batches(team), WORDS | {"waits_for": "credit"}, headers=HTMX)
    assert answer.status_code == 200
    assert "not enough in the team wallet" in answer.content.decode()
    queue = desk.get(reverse("queue", args=[team.slug])).content.decode()
    assert "the wallet has 30" in queue and "starts with the next credit" in queue
    batch = Generation.objects.all()[0].batch
    cancelled = desk.post(reverse("cancel_batch", args=[team.slug, batch.pk]))
    assert cancelled.status_code == 302
    assert set(Generation.objects.values_list("status", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    ("usual", "waits_for_day", "waits_for_wallet"),
    [("nothing", False, False), ("reset", True, False), ("credit", True, True)],
)
def test_what_the_team_has_set_is_what_a_click_does(
    team: Team, alice: User, desk: Client, usual: str, waits_for_day: bool, waits_for_wallet: bool
) -> None:
    settings = reverse("team_settings", args=[team.slug])
    words = {"name": team.name, "time_zone": team.time_zone, "waits_for": usual}
    assert desk.post(settings, words).status_code == 302
    price = reverse("price", args=[team.slug])
    for is_waited_for, is_of_day in ((waits_for_day, True), (waits_for_wallet, False)):
        if is_of_day:
            Membership.objects.filter(user=alice).update(daily_limit=30)
        else:
            Membership.objects.filter(user=alice).update(daily_limit=None)
            ledger.grant(team, Mode.TEST, 10)
        text = desk.post(price, WORDS).content.decode()
        assert ("data-waits" in text, "data-refused" in text) == (is_waited_for, not is_waited_for)
        answer = desk.post(batches(team), WORDS, headers=HTMX)
        assert answer.status_code == (200 if is_waited_for else 422)
        refused = desk.post(batches(team), WORDS | {"waits_for": "nothing"}, headers=HTMX)
        assert refused.status_code == 422


def test_what_a_team_waits_for_is_set_by_who_manages_it_and_recorded(
    team: Team, bob: User, desk: Client, sign_in: SignIn
) -> None:
    settings = reverse("team_settings", args=[team.slug])
    words = {"name": team.name, "time_zone": team.time_zone}
    assert sign_in(bob).post(settings, words | {"waits_for": "credit"}).status_code == 403
    assert desk.post(settings, words | {"waits_for": "for ever"}).status_code == 422
    assert desk.post(settings, words | {"waits_for": "credit"}).status_code == 302
    assert desk.post(settings, words).status_code == 302  # an older page says nothing of it
    team.refresh_from_db()
    assert team.waits_for == "credit"
    act = AuditEntry.objects.get(action="team.changed")
    assert (act.detail["waits_for"], act.detail["waits_for_before"]) == ("credit", "nothing")
