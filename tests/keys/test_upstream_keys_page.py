from typing import Any

import pytest
from django.urls import reverse

from generations.core import crypto
from generations.keys import learning, testing, upstream
from generations.keys.models import KeyState, UpstreamKey
from generations.providers.contract import RateNews
from generations.teams.models import AuditEntry, Team, User
from tests.conftest import SignIn

SECRET, WEBHOOK = "real-upstream-key-9f31", "whsec_very-secret-text"
WORDS = {
    "provider": "doitong",
    "name": "Studio",
    "api_key": SECRET,
    "webhook_secret": WEBHOOK,
    "transport": "rest",
    "base_url": "",
    "requests_per_minute": "30",
    "concurrent": "3",
    "daily_limit": "",
}
BY_POST = ["upstream_key_pause", "upstream_key_resumption"]
ALL = [*BY_POST, "upstream_key_test", "upstream_key_rotation", "upstream_key_removal"]


@pytest.fixture
def key(team: Team, alice: User) -> UpstreamKey:
    return upstream.add(
        team, alice, name="Studio", provider="doitong", api_key=SECRET, webhook_secret=WEBHOOK
    )


def listing(team: Team) -> str:
    return reverse("upstream_keys", args=[team.slug])


def test_a_key_is_added_and_from_then_on_only_its_last_four_are_seen(
    team: Team, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    answer = browser.post(listing(team), WORDS)
    key = UpstreamKey.objects.get(name="Studio")
    assert answer.headers["Location"] == reverse("upstream_key_test", args=[team.slug, key.pk])
    assert (key.mode, key.base_url) == ("live", "https://api.doitong.com")
    assert upstream.connection(key).api_key == SECRET
    for page in (browser.get(listing(team)), browser.get(answer.headers["Location"])):
        text = page.content.decode()
        assert SECRET not in text and WEBHOOK not in text and "9f31" in text
    assert SECRET not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("api_key", "", "required"),
        ("api_key", "short", "8 to 500"),
        ("base_url", "http://169.254.169.254/latest", "does not connect"),
        ("base_url", "https://10.0.0.1", "does not connect"),
        ("provider", "sandbox", "valid choice"),
        ("provider", "imaginary", "valid choice"),
        ("concurrent", "0", "greater than or equal to 1"),
    ],
)
def test_bad_input_is_said_and_the_secret_does_not_come_back(
    team: Team, alice: User, sign_in: SignIn, field: str, value: str, words: str
) -> None:
    answer = sign_in(alice).post(listing(team), WORDS | {field: value})
    text = answer.content.decode()
    assert answer.status_code == 422 and words in text
    assert SECRET not in text and WEBHOOK not in text
    assert not UpstreamKey.objects.filter(name="Studio").exists()


def test_a_key_is_paused_resumed_and_removed(
    team: Team, alice: User, key: UpstreamKey, sign_in: SignIn
) -> None:
    browser, arguments = sign_in(alice), [team.slug, key.pk]
    for name, state in [
        ("upstream_key_pause", KeyState.PAUSED),
        ("upstream_key_pause", KeyState.PAUSED),
        ("upstream_key_resumption", KeyState.ACTIVE),
    ]:
        assert browser.post(reverse(name, args=arguments)).status_code == 302
        key.refresh_from_db()
        assert key.state == state
    removal = reverse("upstream_key_removal", args=arguments)
    assert "cannot be brought back" in browser.get(removal).content.decode()
    assert UpstreamKey.objects.get(pk=key.pk).removed_at is None
    assert browser.post(removal).status_code == 302
    assert "Studio" not in browser.get(listing(team)).content.decode()
    assert browser.post(removal).status_code == 404


def test_another_secret_takes_the_place_of_the_first(
    team: Team, alice: User, key: UpstreamKey, sign_in: SignIn
) -> None:
    browser, address = sign_in(alice), reverse("upstream_key_rotation", args=[team.slug, key.pk])
    assert browser.post(address, {"api_key": "short"}).status_code == 422
    assert browser.post(address, {"api_key": "another-secret-77aa"}).status_code == 302
    assert upstream.connection(key).api_key == "another-secret-77aa"
    assert "77aa" in browser.get(listing(team)).content.decode()


def test_a_test_asks_before_it_buys_and_then_says_what_works(
    team: Team,
    alice: User,
    key: UpstreamKey,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bought = []

    def buy(key: UpstreamKey, actor: User, buy: bool) -> dict[str, Any]:
        bought.append((key.pk, actor, buy))
        return {"accepted": True, "message": "", "webhook": None, "polling": True, "cost": True}

    monkeypatch.setattr(testing, "test", buy)
    browser, address = sign_in(alice), reverse("upstream_key_test", args=[team.slug, key.pk])
    asked = browser.get(address).content.decode()
    assert "512 × 512 picture at about 10 credits" in asked and bought == []
    assert "webhook" not in asked  # none is tried
    told = browser.post(address).content.decode()
    assert "Sends webhooks: not tried · answers when asked: yes · states the cost: yes" in told
    assert bought == [(key.pk, alice, True)]


def test_a_key_that_does_not_work_says_so(
    team: Team,
    alice: User,
    key: UpstreamKey,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(key: UpstreamKey, actor: User, buy: bool) -> dict[str, Any]:
        raise crypto.CannotOpen("No encryption key of this hub fits.")

    monkeypatch.setattr(testing, "test", fail)
    answer = sign_in(alice).post(reverse("upstream_key_test", args=[team.slug, key.pk]))
    assert "No encryption key of this hub fits." in answer.content.decode()


@pytest.mark.parametrize(
    ("findings", "words", "others"),
    [
        ({}, "Nothing was bought.", "may have been bought"),
        ({"may_be_bought": True}, "may have been bought", "Nothing was bought."),
    ],
)
def test_a_test_without_an_answer_says_whether_the_picture_may_have_been_bought(
    team: Team,
    alice: User,
    key: UpstreamKey,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    findings: dict[str, bool],
    words: str,
    others: str,
) -> None:
    said = {"accepted": None, "message": "It did not answer in time."} | findings
    monkeypatch.setattr(testing, "test", lambda *_arguments, **_named: said)
    address = reverse("upstream_key_test", args=[team.slug, key.pk])
    told = sign_in(alice).post(address).content.decode()
    assert words in told and others not in told and "It did not answer in time." in told


def test_a_key_that_its_upstream_rejects_is_to_be_replaced(
    team: Team,
    alice: User,
    key: UpstreamKey,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reject(key: UpstreamKey, actor: User, buy: bool) -> dict[str, Any]:
        upstream.mark(key, KeyState.REJECTED)
        return {"accepted": False, "message": "Missing or invalid API key"}

    monkeypatch.setattr(testing, "test", reject)
    browser = sign_in(alice)
    address = reverse("upstream_key_test", args=[team.slug, key.pk])
    told = browser.post(address).content.decode()
    assert "Flux Pro does not know this key. Nothing was bought." in told
    assert reverse("upstream_key_rotation", args=[team.slug, key.pk]) in told
    assert "The queue now uses" not in told and "Missing or invalid" not in told
    listed = browser.get(listing(team)).content.decode()
    rejected = listed.partition("Rejected by the upstream")[2].partition("</li>")[0]
    assert rejected and "Not tested yet" not in rejected


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("carol", 403), ("charlie", 404)])
def test_only_who_manages_the_team_reaches_shared_keys(
    team: Team,
    key: UpstreamKey,
    sign_in: SignIn,
    who: str,
    status: int,
    request: pytest.FixtureRequest,
) -> None:
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get(listing(team)).status_code == status
    assert browser.post(listing(team), WORDS).status_code == status
    for name in ALL:
        assert browser.post(reverse(name, args=[team.slug, key.pk])).status_code == status
    key.refresh_from_db()
    assert (key.state, key.removed_at) == (KeyState.ACTIVE, None)


@pytest.mark.parametrize("name", ALL)
def test_another_teams_key_is_not_found(
    team: Team, key: UpstreamKey, other_team: Team, charlie: User, sign_in: SignIn, name: str
) -> None:
    assert sign_in(charlie).post(reverse(name, args=[other_team.slug, key.pk])).status_code == 404


@pytest.mark.parametrize("name", BY_POST)
def test_nothing_changes_by_looking(
    team: Team, alice: User, key: UpstreamKey, sign_in: SignIn, name: str
) -> None:
    assert sign_in(alice).get(reverse(name, args=[team.slug, key.pk])).status_code == 405


def test_a_look_at_the_keys_is_the_list_alone(
    team: Team, alice: User, key: UpstreamKey, sign_in: SignIn
) -> None:
    part = sign_in(alice).get(listing(team), headers={"HX-Request": "true"}).content.decode()
    assert "Studio" in part
    assert "<h1>" not in part


def test_what_the_upstream_says_stands_beside_what_was_set(
    team: Team, alice: User, key: UpstreamKey, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    assert "it does not say" in browser.get(listing(team)).content.decode()
    learning.take_rate(key, RateNews(limit=10, remaining=None, resets_at=None))
    learning.take_balance(key, 4120)
    text = browser.get(listing(team)).content.decode()
    assert "the upstream allows no more; 30 are set here" in text
    assert "4,120" in text and "as of" in text
