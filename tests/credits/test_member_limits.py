"""A member's own limits: tighter than the plan, set by others, binding at once."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from generations.credits import allowance, ledger, limits, refusals
from generations.credits.allowance import Allowance, NotYours, tightest
from generations.credits.models import Plan
from generations.credits.refusals import Refusal
from generations.teams.models import AuditEntry, Membership, Role, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn

LIMITS = {"daily_limit": "200", "concurrent": "2", "requests_per_minute": "10"}
OF_LIMITS = st.none() | st.integers(min_value=0, max_value=10**9)


@pytest.fixture
def bobs(team: Team, bob: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(team=team, user=bob)


@pytest.fixture
def browser(team: Team, alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def address(member: Membership) -> str:
    return reverse("member_limits", args=[member.team.slug, member.pk])


def text(browser: Client, url: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", browser.get(url).content.decode()).split())


@given(OF_LIMITS, OF_LIMITS)
def test_the_tightest_is_never_above_either(first: int | None, second: int | None) -> None:
    found = tightest(first, second)
    assert (found is None) == (first is None and second is None)
    for limit in (first, second):
        assert limit is None or (found is not None and found <= limit)


def test_the_page_says_what_the_plan_grants(browser: Client, bobs: Membership) -> None:
    page = text(browser, address(bobs))
    assert "Limits Bob" in page and "The plan grants 1,000." in page


def test_an_owner_tightens_and_it_is_recorded_once(browser: Client, bobs: Membership) -> None:
    for _ in range(2):
        assert browser.post(address(bobs), LIMITS).status_code == 302
    bobs.refresh_from_db()
    assert allowance.own(bobs) == Allowance(200, 2, 10)
    act = AuditEntry.objects.get(action="member.limited")
    assert (act.subject, act.detail["daily_limit"]) == ("Bob", 200)
    members = text(browser, reverse("members", args=[bobs.team.slug]))
    assert "at most 200 credits a day · 2 at once · 10 requests a minute" in members


def test_empty_leaves_it_to_the_plan_again(browser: Client, bobs: Membership) -> None:
    browser.post(address(bobs), LIMITS)
    assert browser.post(address(bobs), dict.fromkeys(LIMITS, "")).status_code == 302
    bobs.refresh_from_db()
    assert allowance.own(bobs) == Allowance()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"daily_limit": "1001"}, "The plan grants 1,000."),
        ({"concurrent": "4"}, "The plan grants 3."),
        ({"requests_per_minute": "31"}, "The plan grants 30."),
        ({"daily_limit": "-1"}, "greater than or equal to 0"),
        ({"concurrent": "0"}, "greater than or equal to 1"),
    ],
)
def test_never_wider_than_the_plan(
    browser: Client, bobs: Membership, wrong: dict[str, str], said: str
) -> None:
    answer = browser.post(address(bobs), LIMITS | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page and "field__error" in page
    bobs.refresh_from_db()
    assert allowance.own(bobs) == Allowance()


def test_a_plan_that_is_lowered_later_binds_below_the_members_own(bobs: Membership) -> None:
    bobs.daily_limit = 200
    bobs.save()
    Plan.objects.filter(slug="starter").update(daily_limit=100)
    assert limits.now(bobs, Mode.TEST).daily_limit == 100


def test_the_own_limit_is_named_where_it_binds(bobs: Membership, alice: User) -> None:
    allowance.tighten(bobs, alice, Allowance(daily_limit=30))
    bobs.refresh_from_db()
    ledger.hold(bobs, Mode.TEST, [ledger.Ask(uuid.uuid4(), 20)])
    standing = limits.now(bobs, Mode.TEST)
    assert (standing.binds, standing.can_spend) == ("member", 10)
    with pytest.raises(Refusal) as refused:
        ledger.hold(bobs, Mode.TEST, [ledger.Ask(uuid.uuid4(), 20)])
    assert (refused.value.code, refused.value.available) == (refusals.DAILY, 10)


def test_an_admin_tightens_their_own_and_cannot_widen_it(
    bobs: Membership, bob: User, alice: User
) -> None:
    Membership.objects.filter(pk=bobs.pk).update(role=Role.ADMIN)
    allowance.tighten(bobs, bob, Allowance(daily_limit=30))
    for wider in (Allowance(daily_limit=31), Allowance()):
        with pytest.raises(NotYours):
            allowance.tighten(bobs, bob, wider)
    allowance.tighten(bobs, bob, Allowance(daily_limit=20))
    allowance.tighten(bobs, alice, Allowance())
    bobs.refresh_from_db()
    assert allowance.own(bobs) == Allowance()


def test_members_reviewers_and_strangers_set_nothing(
    bobs: Membership, bob: User, carol: User, charlie: User, sign_in: SignIn
) -> None:
    for user, status in ((bob, 403), (carol, 403), (charlie, 404)):
        assert sign_in(user).get(address(bobs)).status_code == status
        assert sign_in(user).post(address(bobs), LIMITS).status_code == status


def test_another_teams_member_is_not_found(
    browser: Client, team: Team, other_team: Team, charlie: User
) -> None:
    theirs = Membership.objects.get(team=other_team, user=charlie)
    url = reverse("member_limits", args=[team.slug, theirs.pk])
    assert browser.get(url).status_code == 404
    assert browser.post(url, LIMITS).status_code == 404


def test_a_member_sees_their_own_limits_and_nobody_elses(
    browser: Client, bobs: Membership, carol: User, bob: User, sign_in: SignIn
) -> None:
    browser.post(address(bobs), LIMITS)
    members = reverse("members", args=[bobs.team.slug])
    assert "at most 200 credits a day" in text(sign_in(bob), members)
    assert "at most 200 credits a day" not in text(sign_in(carol), members)
