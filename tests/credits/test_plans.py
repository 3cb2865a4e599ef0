"""The operator keeps the plans: by page and by command, recorded, binding from the next request."""

import re
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from generations.credits import ledger, limits, plans
from generations.credits.accounts import wallet
from generations.credits.audit import audit
from generations.credits.models import Account, Plan
from generations.credits.refusals import Refusal, Refused
from generations.teams.allowance import Allowance
from generations.teams.models import AuditEntry, Membership, Team, User
from generations.teams.modes import Mode
from tests.conftest import SignIn

FIGURES = {"daily_limit": "70", "concurrent": "2", "requests_per_minute": ""}


@pytest.fixture
def operator(alice: User, team: Team, sign_in: SignIn) -> Client:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    return sign_in(alice)


@pytest.fixture
def bobs(team: Team, bob: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(team=team, user=bob)


def starter() -> Plan:
    return Plan.objects.get(slug="starter")


def text(browser: Client, url: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", browser.get(url).content.decode()).split())


def run(*arguments: str) -> str:
    said = StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue()


def test_only_who_runs_the_hub_finds_the_plans(
    team: Team, bob: User, charlie: User, sign_in: SignIn
) -> None:
    own = reverse("team_plan", args=[team.pk])
    for user in (bob, charlie):
        browser = sign_in(user)
        for url in (reverse("plans"), reverse("plan", args=["starter"]), own):
            assert browser.get(url).status_code == 404
            assert browser.post(url, {"name": "X", **FIGURES}).status_code == 404
        assert browser.post(reverse("plan_removal", args=["free"])).status_code == 404
    assert starter().daily_limit == 1000


def test_an_operator_without_a_team_may_keep_the_plans(person: object, sign_in: SignIn) -> None:
    alone = person("Olga")  # type: ignore[operator]
    User.objects.filter(pk=alone.pk).update(is_staff=True)
    assert "Starter" in text(sign_in(alone), reverse("plans"))


def test_a_lowered_plan_binds_from_the_next_request_on_and_breaks_nothing_held(
    operator: Client, bobs: Membership, team: Team, alice: User
) -> None:
    [held] = ledger.hold(bobs, Mode.TEST, [ledger.Ask(uuid.uuid4(), 60)])
    url = reverse("plan", args=["starter"])
    assert "1 team has it." in text(operator, url)
    assert operator.post(url, {"name": "Starter", **FIGURES}).status_code == 302
    with pytest.raises(Refusal, match="your daily limit leaves 10"):
        ledger.hold(bobs, Mode.TEST, [ledger.Ask(uuid.uuid4(), 20)])
    ledger.settle(held, 15)
    assert limits.now(bobs, Mode.TEST).can_spend == 55
    act = AuditEntry.objects.get(action="plan.changed")
    assert (act.team, act.actor, act.subject) == (team, alice, "Starter")
    assert (act.detail["daily_limit"], act.detail["daily_limit_before"]) == (70, 1000)
    assert list(audit()) == []
    credits = text(operator, reverse("credits", args=[team.slug]))
    assert "70 credits a day" in credits and "2 pictures at once" in credits


def test_a_change_that_others_overtook_is_looked_at_first(operator: Client) -> None:
    url = reverse("plan", args=["starter"])
    [seen] = re.findall(r'name="seen" value="([^"]*)"', operator.get(url).content.decode())
    plans.change(starter(), None, "Starter", Allowance(daily_limit=50))
    answer = operator.post(url, {"name": "Starter", **FIGURES, "seen": seen})
    assert answer.status_code == 409
    assert 'value="50"' in answer.content.decode()
    assert starter().daily_limit == 50


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "Starter"}, {"concurrent": "0"}, {"daily_limit": "x"}, {"name": "…"}],
)
def test_a_plan_that_cannot_be_is_not_made(operator: Client, wrong: dict[str, str]) -> None:
    answer = operator.post(reverse("plans"), {"name": "Studio", **FIGURES} | wrong)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert Plan.objects.count() == 4


def test_a_new_plan_is_given_to_a_team_and_then_cannot_vanish(
    operator: Client, team: Team, alice: User
) -> None:
    assert operator.post(reverse("plans"), {"name": "Studio", **FIGURES}).status_code == 302
    studio = Plan.objects.get(slug="studio")
    assert studio.figures == (70, 2, None)
    own = reverse("team_plan", args=[team.pk])
    assert operator.post(own, {"plan": studio.pk}).status_code == 302
    assert {wallet(team, mode).plan for mode in Mode} == {studio}
    act = AuditEntry.objects.get(action="plan.given")
    assert (act.team, act.actor, act.subject) == (team, alice, "Studio")
    removal = reverse("plan_removal", args=["studio"])
    operator.post(removal)
    assert Plan.objects.filter(pk=studio.pk).exists()
    operator.post(own, {"plan": starter().pk})
    operator.post(removal)
    assert not Plan.objects.filter(pk=studio.pk).exists()


def test_the_four_of_the_upstream_stay(team: Team) -> None:
    with pytest.raises(Refused, match="four plans"):
        plans.remove(Plan.objects.get(slug="free"))


def test_a_team_gets_a_plan_of_its_own_and_keeps_one(
    operator: Client, team: Team, other_team: Team
) -> None:
    own = reverse("team_plan", args=[team.pk])
    for day in ("70", "80"):
        form = {"name": "Enterprise custom", **FIGURES, "daily_limit": day, "own": "on"}
        assert operator.post(own, form).status_code == 302
    plan = wallet(team, Mode.TEST).plan
    assert plan is not None
    assert (plan.name, plan.figures, plan.team) == ("Enterprise custom", (80, 2, None), team)
    assert Plan.objects.filter(team=team).count() == 1
    assert "Enterprise custom" not in text(operator, reverse("team_plan", args=[other_team.pk]))
    with pytest.raises(Refused, match="another team"):
        plans.give(other_team, plan, None)
    answer = operator.post(reverse("team_plan", args=[other_team.pk]), {"plan": plan.pk})
    assert answer.status_code == 422
    assert Account.objects.filter(plan=plan).exclude(team=team).count() == 0


def test_a_members_limit_above_a_lowered_plan_is_shown_as_idle(
    operator: Client, bobs: Membership, team: Team
) -> None:
    Membership.objects.filter(pk=bobs.pk).update(daily_limit=500, concurrent=2)
    plans.change(starter(), None, "Starter", Allowance(daily_limit=100, concurrent=3))
    members = text(operator, reverse("members", args=[team.slug]))
    assert "at most 500 credits a day ( the plan’s 100 bind ) · 2 at once" in members.replace(
        "(the", "( the"
    ).replace("bind)", "bind )")
    own = reverse("member_limits", args=[team.slug, bobs.pk])
    assert "The wider 500 set here gives nothing more." in text(operator, own)
    kept = {"daily_limit": "500", "concurrent": "1", "requests_per_minute": ""}
    assert operator.post(own, kept).status_code == 302


def test_the_commands_do_the_same(team: Team) -> None:
    assert "starter: Starter: 1000 · 3 · 30 · 1 teams" in run("plans")
    assert "starter: Starter: 200 · 3 · any · 1 teams" in run(
        "plans", "starter", "--day=200", "--minute=any"
    )
    run("plans", "studio", "--name=Studio", "--day=5000")
    assert run("give_plan", team.slug, "studio") == f"{team} has the plan Studio.\n"
    with pytest.raises(CommandError, match="A team has this plan"):
        run("plans", "studio", "--remove")
    run("give_plan", team.slug, "--own=Enterprise custom", "--at-once=50")
    plan = wallet(team, Mode.LIVE).plan
    assert plan is not None
    assert (plan.name, plan.figures) == ("Enterprise custom", (5000, 50, None))
    run("plans", "studio", "--remove")
    acts = AuditEntry.objects.filter(team=team, action__startswith="plan.").order_by("id")
    assert [(act.action, act.actor) for act in acts] == [
        ("plan.changed", None),
        ("plan.given", None),
        ("plan.given", None),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plans", "none"], "give it a --name"),
        (["plans", "none", "--remove"], "There is no plan none"),
        (["plans", "starter", "--day=many"], "--day takes a number"),
        (["plans", "starter", "--at-once=0"], "At least one"),
        (["give_plan", "nobody", "free"], "There is no team nobody"),
        (["give_plan", "harbour-street", "none"], "There is no plan none"),
        (["give_plan", "harbour-street"], "Name a plan"),
    ],
)
def test_a_command_that_makes_no_sense_changes_nothing(
    team: Team, arguments: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)
    assert not AuditEntry.objects.filter(action__startswith="plan.").exists()
