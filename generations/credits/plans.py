"""The plans of the hub, which its operator keeps: what each grants, and which team has which.

A plan is read anew by whatever asks for it, so a change binds from the next request on, and
nothing that is held or under way is touched. Every change is in the records of the teams it
concerns. Whether somebody may do this is for the page and the command to know: they are the
operator's alone.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils.text import slugify
from django.utils.translation import gettext as _

from generations.credits.accounts import PLANS
from generations.credits.allowance import Overtaken, granted
from generations.credits.models import Account, AccountKind, Plan
from generations.credits.refusals import Refused
from generations.teams import audit
from generations.teams.allowance import Allowance
from generations.teams.models import Team, User

BUILT_IN = {slug for slug, *_figures in PLANS}


def named() -> models.QuerySet[Plan, Any]:
    """Those that any team may have, each with `teams`, how many do."""
    wallets = Account.objects.filter(plan=models.OuterRef("pk"), kind=AccountKind.WALLET)
    count = wallets.order_by().values("plan").values(n=models.Count("team", distinct=True))
    teams = Coalesce(models.Subquery(count), 0)
    return Plan.objects.filter(team=None).annotate(teams=teams)


def holders(plan: Plan) -> list[Team]:
    return list(Team.objects.filter(pk__in=_accounts(plan).values("team")).order_by("pk"))


@transaction.atomic
def create(name: str, grants: Allowance, slug: str = "") -> Plan:
    """A new named plan, after the others. Raises Refused where there is one of that name."""
    _check(grants)
    slug = slugify(slug or name)[:40]
    if not slug:
        raise Refused(_("Give the plan a name with letters."))
    last = Plan.objects.aggregate(last=models.Max("position"))["last"] or 0
    plan, is_new = Plan.objects.get_or_create(
        slug=slug, defaults={"name": name, "position": last + 1, **asdict(grants)}
    )
    if not is_new:
        raise Refused(_("There is already a plan of this name."))
    return plan


@transaction.atomic
def change(
    plan: Plan, actor: User | None, name: str, grants: Allowance, seen: Allowance | None = None
) -> None:
    """What a plan is called and grants from the next request on; `actor` None is the command line.

    `seen` is what it granted when this was decided. Raises Refused for a limit that would let
    nothing through for ever, Overtaken.
    """
    _check(grants)
    row = _locked(plan)
    before = granted(row)
    if seen is not None and seen != before:
        raise Overtaken(before)
    if (before, row.name) == (grants, name):
        return
    Plan.objects.filter(pk=row.pk).update(name=name, **asdict(grants))
    _record(holders(row), actor, "plan.changed", name, grants, before)


@transaction.atomic
def remove(plan: Plan) -> None:
    """Raises Refused for one that a team has, and for the four that every hub has."""
    row = _locked(plan)
    if row.slug in BUILT_IN:
        raise Refused(_("The four plans of the upstream stay; change what they grant instead."))
    if _accounts(row).exists():
        raise Refused(_("A team has this plan. Give the team another first."))
    row.delete()


@transaction.atomic
def give(team: Team, plan: Plan, actor: User | None) -> None:
    """The plan of a team, in real spend and practice. Raises Refused for another team's own."""
    row = _locked(plan)
    if row.team_id not in {None, team.pk}:
        raise Refused(_("This plan was made for another team."))
    wallets = Account.objects.for_team(team).filter(kind=AccountKind.WALLET)
    before = [account.plan for account in wallets.select_related("plan") if account.plan]
    if wallets.exclude(plan=row).update(plan=row):
        _record([team], actor, "plan.given", row.name, granted(row), granted(before[0]))


@transaction.atomic
def give_own(
    team: Team,
    actor: User | None,
    name: str,
    grants: Allowance,
    seen: Allowance | None = None,
) -> Plan:
    """A plan for this team alone, made or changed, and given. Raises Refused, Overtaken."""
    _check(grants)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # two at once make one plan
    plan, is_new = Plan.objects.get_or_create(
        team=team,
        defaults={"slug": f"own-{team.pk.hex}", "name": name, **asdict(grants)},
    )
    if not is_new:
        change(plan, actor, name, grants, seen)
    give(team, plan, actor)
    return plan


def _locked(plan: Plan) -> Plan:
    """Who gives a plan and who removes it wait for each other. Raises Refused where it is gone."""
    row = Plan.objects.select_for_update().filter(pk=plan.pk).first()
    if row is None:
        raise Refused(_("Somebody has removed this plan."))
    return row


def _accounts(plan: Plan) -> models.QuerySet[Account]:
    return Account.objects.filter(plan=plan)


def _check(grants: Allowance) -> None:
    if grants.concurrent == 0 or grants.requests_per_minute == 0:
        raise Refused(_("At least one picture at once and one request a minute."))


def _record(
    teams: Sequence[Team],
    actor: User | None,
    action: str,
    name: str,
    grants: Allowance,
    before: Allowance,
) -> None:
    changes = {f"{field}_before": limit for field, limit in asdict(before).items()}
    for team in teams:
        audit.record(team, actor, action, name, **asdict(grants), **changes)
