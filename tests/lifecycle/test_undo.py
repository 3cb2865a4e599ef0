"""More than ten pictures from the composer: five seconds to take them back."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from generations.credits.models import UserDay
from generations.lifecycle.models import Batch, Generation
from generations.lifecycle.states import Status, Wait
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle.test_series import let_the_moment_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def generate(desk: Client, team: Team, count: int, **headers: str) -> str:
    asked = {"prompt": "x", "shape": "4:5", "version": "flux-pro-1.1", "quality": "standard"}
    asked |= {"count": str(count), "mode": "test"}
    answer = desk.post(reverse("create_batch", args=[team.slug]), asked, headers=headers)
    return answer.content.decode() or desk.get(answer.headers["Location"]).content.decode()


def undo(browser: Client, team: Team) -> list[str]:
    batch = Batch.objects.get()
    answer = browser.post(reverse("undo_batch", args=[team.slug, batch.pk]))
    if answer.status_code != 302:
        return [str(answer.status_code)]
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_message_has_the_button_with_its_seconds(desk: Client, team: Team) -> None:
    text = generate(desk, team, 11, **{"HX-Request": "true"})
    assert "11 pictures start in a moment." in text
    assert f'hx-post="{reverse("undo_batch", args=[team.slug, Batch.objects.get().pk])}"' in text
    assert 'data-countdown="5"' in text
    assert set(Generation.objects.values_list("wait", flat=True)) == {Wait.UNDO}


def test_a_plain_form_is_told_on_the_page_that_follows(desk: Client, team: Team) -> None:
    assert "11 pictures start in a moment." in generate(desk, team, 11)


def test_up_to_ten_pictures_start_at_once(desk: Client, team: Team) -> None:
    assert "start in a moment" not in generate(desk, team, 10)
    assert not Generation.objects.exclude(due_at=None).exists()


def test_the_button_takes_all_of_it_back(desk: Client, team: Team) -> None:
    generate(desk, team, 12)
    assert undo(desk, team) == ["Undone: 12 pictures are not made, and nothing is held for them."]
    assert set(Generation.objects.values_list("status", flat=True)) == {Status.CANCELLED}
    assert UserDay.objects.get().reserved == 0
    desk.get(reverse("create", args=[team.slug]))  # which tells it
    assert undo(desk, team) == []  # twice is once


def test_after_five_seconds_it_says_so_and_changes_nothing(desk: Client, team: Team) -> None:
    generate(desk, team, 12)
    let_the_moment_pass()
    [said] = undo(desk, team)
    assert said.startswith("Too late to undo: the five seconds are over.")
    assert UserDay.objects.get().reserved == 240


def test_only_who_pressed_and_who_manages_may_undo(
    desk: Client, team: Team, bob: User, carol: User, sign_in: SignIn
) -> None:
    generate(desk, team, 12)
    assert undo(sign_in(bob), team) == ["403"]
    assert undo(sign_in(carol), team) == ["403"]
    assert not Generation.objects.filter(status=Status.CANCELLED).exists()
