"""The limits of an API key: set by its maker or an admin, never loosened by its maker."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from generations.credits.allowance import NotYours, Overtaken
from generations.credits.models import Plan
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle import key_limits
from generations.teams.allowance import Allowance
from generations.teams.models import AuditEntry, Membership, Role, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn
from tests.lifecycle import making

NONE = {"daily_limit": "", "concurrent": "", "requests_per_minute": ""}
WORDS = {"name": "Website build", "mode": "test", "days": ""}


@pytest.fixture
def bobs(team: Team, bob: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(team=team, user=bob)


@pytest.fixture
def key(team: Team, bob: User) -> ApiKey:
    return issued.issue(team, bob, name="Nightly", mode=Mode.TEST)[0]


def address(key: ApiKey) -> str:
    return reverse("api_key_limits", args=[key.team.slug, key.pk])


def text(browser: Client, url: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", browser.get(url).content.decode()).split())


def test_a_key_is_issued_with_limits_of_its_own(team: Team, bob: User, sign_in: SignIn) -> None:
    browser, url = sign_in(bob), reverse("api_keys", args=[team.slug])
    limits_given = {"daily_limit": "200", "concurrent": "2", "requests_per_minute": "10"}
    assert browser.post(url, WORDS | limits_given).status_code == 200
    key = ApiKey.objects.get()
    assert (key.daily_limit, key.concurrent, key.requests_per_minute) == (200, 2, 10)
    assert "at most 200 credits a day · 2 at once · 10 requests a minute" in text(browser, url)
    assert AuditEntry.objects.get(action="api_key.issued").detail["daily_limit"] == 200


@pytest.mark.parametrize(
    "wrong", [{"daily_limit": "1001"}, {"concurrent": "0"}, {"concurrent": "x"}]
)
def test_a_key_with_a_limit_that_cannot_be_is_not_issued(
    team: Team, bob: User, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    answer = sign_in(bob).post(reverse("api_keys", args=[team.slug]), WORDS | NONE | wrong)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_its_maker_tightens_it_and_cannot_loosen_it(
    key: ApiKey, bob: User, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    assert browser.post(address(key), NONE | {"daily_limit": "200"}).status_code == 302
    assert browser.post(address(key), NONE | {"daily_limit": "100"}).status_code == 302
    for wider in ("101", ""):
        answer = browser.post(address(key), NONE | {"daily_limit": wider})
        assert answer.status_code == 422
        assert "an admin of the team can widen it" in answer.content.decode()
    key.refresh_from_db()
    assert key.daily_limit == 100
    assert sign_in(alice).post(address(key), NONE | {"daily_limit": "300"}).status_code == 302
    key.refresh_from_db()
    assert key.daily_limit == 300
    assert AuditEntry.objects.filter(action="api_key.limited").count() == 3


def test_an_admin_widens_the_keys_of_others_but_not_their_own(
    key: ApiKey, bob: User, alice: User, team: Team
) -> None:
    Membership.objects.filter(user=bob).update(role=Role.ADMIN)
    key_limits.change(key, bob, Allowance(daily_limit=50))
    with pytest.raises(NotYours):
        key_limits.change(key, bob, Allowance(daily_limit=60))
    theirs, _text = issued.issue(team, alice, name="Hers", mode=Mode.TEST)
    key_limits.change(theirs, alice, Allowance(daily_limit=50))
    key_limits.change(theirs, bob, Allowance(daily_limit=60))
    key_limits.change(theirs, alice, Allowance())  # an owner may also for herself
    theirs.refresh_from_db()
    assert theirs.daily_limit is None


def test_never_wider_than_its_maker_is_allowed(
    key: ApiKey, bobs: Membership, alice: User, sign_in: SignIn
) -> None:
    bobs.daily_limit = 300
    bobs.save()
    browser = sign_in(alice)
    assert "At most 300, as its maker has it." in text(browser, address(key))
    answer = browser.post(address(key), NONE | {"daily_limit": "301"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "more than its maker has. A key’s own limit can only be tighter" in said
    assert said.count("300") == 1  # what is allowed is said once


def test_a_limit_above_a_plan_that_was_lowered_is_shown_as_idle_and_may_stay(
    key: ApiKey, bob: User, sign_in: SignIn
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=500))
    Plan.objects.filter(slug="starter").update(daily_limit=100)
    browser = sign_in(bob)
    assert "The wider 500 set here gives nothing more." in text(browser, address(key))
    unchanged = NONE | {"daily_limit": "500", "concurrent": "1"}
    assert browser.post(address(key), unchanged).status_code == 302


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    key: ApiKey, bob: User, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    [seen] = re.findall(r'name="seen" value="([^"]*)"', browser.get(address(key)).content.decode())
    key_limits.change(key, bob, Allowance(daily_limit=40))
    answer = browser.post(address(key), NONE | {"concurrent": "1", "seen": seen})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Meanwhile somebody else changed these limits" in page and 'value="40"' in page
    key.refresh_from_db()
    assert (key.daily_limit, key.concurrent) == (40, None)
    with pytest.raises(Overtaken):
        key_limits.change(key, alice, Allowance(), seen=Allowance())


def test_others_and_strangers_set_nothing(
    key: ApiKey, person: Callable[[str], User], team: Team, carol: User, charlie: User,
    sign_in: SignIn,
) -> None:  # fmt: skip
    dora = person("Dora")
    Membership.objects.create(team=team, user=dora, role=Role.MEMBER)
    for user, status in ((dora, 404), (carol, 403), (charlie, 404)):
        assert sign_in(user).get(address(key)).status_code == status
        assert sign_in(user).post(address(key), NONE).status_code == status


def test_the_page_tells_what_the_key_has_used_today(
    key: ApiKey, bob: User, team: Team, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    assert "Today:" not in text(browser, address(key))
    making.ask(team, bob, api_key=key)
    key_limits.change(key, bob, Allowance(daily_limit=50))
    assert "Today: 0 spent, 20 held, 30 left; it resets 00:00" in text(browser, address(key))


def test_the_queue_tells_that_the_key_binds_and_when_it_starts(
    key: ApiKey, bob: User, team: Team, sign_in: SignIn
) -> None:
    key_limits.change(key, bob, Allowance(daily_limit=30))
    key.refresh_from_db()
    making.ask(team, bob, api_key=key)
    making.ask(team, bob, api_key=key, may_wait=True)
    queue = text(sign_in(bob), reverse("queue", args=[team.slug]))
    assert "needs 20 at most, the key “Nightly” has 10 today · starts 00:00" in queue
