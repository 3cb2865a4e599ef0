"""A key that is paused or removed drains in sight, and the page says how the queue goes on."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from generations.keys import upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle import moves, waiting
from generations.lifecycle.cancel import cancel
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.providers import practice
from generations.teams.models import Team, User
from tests.conftest import SignIn
from tests.lifecycle import making
from tests.lifecycle.test_queue_page import page
from tests.lifecycle.test_series import start


def test_a_paused_key_drains_and_the_page_says_which_to_resume(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    making.send(making.ask(team, alice, "Paper boats")[0])
    [waits] = making.ask(team, alice, "Low sun")
    key = UpstreamKey.objects.get(team=team)
    browser = sign_in(alice)
    upstream.pause(key, alice)
    text = " ".join(page(browser, team).split())
    assert "paused, one still under way" in text
    assert "Practice pictures wait: the key is paused." in text
    assert "Resume Practice, and the queue goes on." in text
    listing = browser.get(reverse("upstream_keys", args=[team.slug])).content.decode()
    assert "one still under way" in listing
    cancel(waits, alice)
    Generation.objects.exclude(pk=waits.pk).update(status=Status.FAILED)
    text = " ".join(page(browser, team).split())
    assert "paused, nothing under way" in text
    assert "Practice pictures wait" not in text
    Generation.objects.exclude(pk=waits.pk).update(status=Status.PROCESSING)


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        (KeyState.PAUSED, "Resume Second, and the queue goes on."),
        (KeyState.REJECTED, "Replace Second among the shared keys"),
        (KeyState.EXHAUSTED, "Buy credit at the upstream"),
    ],
)
def test_of_several_stopped_keys_the_one_that_an_admin_can_bring_back_is_named(
    team: Team, alice: User, bob: User, sign_in: SignIn, state: str, advice: str
) -> None:
    making.ask(team, bob)
    UpstreamKey.objects.get(team=team).secrets.update(api_key=b"\x01under a lost key")
    second = upstream.add_practice(team, alice)
    UpstreamKey.objects.filter(pk=second.pk).update(name="Second", state=state)
    text = " ".join(page(sign_in(bob), team).split())
    assert f"Practice pictures wait: no key can be used. {advice}" in text
    assert "An admin of the team can do that." in text


def test_a_key_that_is_resumed_and_cannot_be_opened_is_not_called_in_use(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    key = UpstreamKey.objects.get(team=team)
    upstream.pause(key, alice)
    key.secrets.update(api_key=b"\x01under a lost key")
    browser = sign_in(alice)
    for address in ("queue_resumption", "upstream_key_resumption"):
        browser.post(reverse(address, args=[team.slug, key.pk]))
        text = page(browser, team)
        assert "Practice is not paused any more, but the hub cannot open it." in text
        assert 'class="toast" data-kind="warning"' in text


def test_a_batch_that_waits_for_the_idle_practice_key_does_not_stand_still(
    team: Team, alice: User
) -> None:
    upstream.add(team, alice, name="Studio", provider="doitong", api_key="real-upstream-key")
    start(team, alice, 2)
    line = waiting.the_line(team, alice)
    assert [key.name for key in line.keys] == ["Practice", "Studio"]
    assert line.standstills == []


def test_a_removed_key_is_shown_until_nothing_is_under_way(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    [drawn] = making.ask(team, alice, "Paper boats")
    making.send(drawn)
    upstream.add_practice(team, alice)
    first = UpstreamKey.objects.filter(team=team).earliest("created_at")
    UpstreamKey.objects.filter(pk=first.pk).update(name="Old")
    upstream.remove(first, alice)
    browser = sign_in(alice)
    assert "removed, one still under way" in " ".join(page(browser, team).split())
    listing = reverse("upstream_keys", args=[team.slug])
    assert (
        "Old is removed; one picture is still under way through it."
        in browser.get(listing).content.decode()
    )
    Generation.objects.filter(pk=drawn.pk).update(status=Status.FAILED)
    assert "Old" not in browser.get(listing).content.decode()
    Generation.objects.filter(pk=drawn.pk).update(status=Status.PROCESSING)


@pytest.mark.parametrize("page_of", ["upstream_key_resumption", "queue_resumption"])
def test_what_waits_for_a_key_is_sent_at_once_when_somebody_resumes_it(
    team: Team, alice: User, sign_in: SignIn, page_of: str
) -> None:
    key = UpstreamKey.objects.get(team=team)
    making.ask(team, alice)
    upstream.pause(key, alice)
    OrmQ.objects.all().delete()
    for _ in range(2):
        sign_in(alice).post(reverse(page_of, args=[team.slug, key.pk]))
    [message] = OrmQ.objects.all()
    assert (message.task["func"], *message.task["args"]) == (moves.DISPATCH, str(key.pk))


def test_a_key_that_opens_before_an_empty_line_wakes_nobody(team: Team, alice: User) -> None:
    key = UpstreamKey.objects.get(team=team)
    upstream.pause(key, alice)
    upstream.resume(key, alice)
    assert not OrmQ.objects.exists()


def test_a_new_key_and_a_new_secret_send_what_waits(team: Team, alice: User) -> None:
    key = UpstreamKey.objects.get(team=team)
    making.ask(team, alice)
    upstream.mark(key, KeyState.REJECTED)
    OrmQ.objects.all().delete()
    upstream.rotate(key, alice, *practice.credentials(team.pk.hex))
    spare = upstream.add_practice(team, alice)
    woken = [message.task["args"] for message in OrmQ.objects.order_by("id")]
    assert woken == [(str(key.pk),), (str(spare.pk),)]
