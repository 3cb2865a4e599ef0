"""Before the click the composer says what the shared key's own day has room for."""

import pytest
from django.test import Client
from django.urls import reverse

from generations.keys.models import UpstreamKey
from generations.lifecycle import keys_today
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Generation
from generations.teams.models import Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.lifecycle import making

WORDS = {"shape": "4:5", "quality": "standard", "count": "2", "mode": "test"}


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def notes(desk: Client, team: Team, **words: str) -> str:
    answer = desk.post(reverse("price", args=[team.slug]), WORDS | words)
    return answer.content.decode()


def left(team: Team) -> int | None:
    found = keys_today.of_team(team, Mode.TEST, 20)
    return found.left if found else None


def test_a_key_without_a_daily_figure_has_nothing_to_say(desk: Client, team: Team) -> None:
    assert left(team) is None
    assert "data-later" not in notes(desk, team)


def test_what_does_not_fit_is_said_to_start_after_midnight(
    desk: Client, team: Team, alice: User
) -> None:
    UpstreamKey.objects.update(daily_limit=4)
    making.ask(team, alice)
    claim(UpstreamKey.objects.get().pk)
    making.ask(team, alice)  # in line: it will take one of the three that are left
    assert left(team) == 2
    assert "data-later" not in notes(desk, team, count="2")
    said = notes(desk, team, count="3")
    assert "The shared key has 2 of 4 pictures left today" in said
    assert "what does not fit starts after 00:00" in said
    assert "data-refused" not in said
    batches = reverse("create_batch", args=[team.slug])
    form = {"prompt": "A hill", "version": "flux-pro-1.1", **WORDS, "count": "3"}
    assert desk.post(batches, form).status_code == 302  # it is made to wait, not refused
    assert Generation.objects.count() == 5


def test_a_figure_in_credits_is_told_in_pictures_of_this_price(team: Team) -> None:
    UpstreamKey.objects.update(daily_limit=70, daily_unit="credits")
    assert left(team) == 3


def test_two_keys_have_room_together_and_one_without_a_figure_for_any_number(team: Team) -> None:
    [key] = UpstreamKey.objects.all()
    UpstreamKey.objects.update(daily_limit=4)
    key.refresh_from_db()
    key.pk, key.daily_limit = None, 3
    key.id = UpstreamKey._meta.get_field("id").get_default()
    key.save(force_insert=True)
    assert left(team) == 7
    UpstreamKey.objects.filter(pk=key.pk).update(daily_limit=None)
    assert left(team) is None
