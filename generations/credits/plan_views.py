"""The operator's page of plans: what each grants, and which team has which."""

from uuid import UUID

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from generations.core import pages
from generations.credits import plans
from generations.credits.accounts import wallet
from generations.credits.allowance import Overtaken
from generations.credits.forms import GivenPlanForm, PlanForm
from generations.credits.models import Account, AccountKind, Plan
from generations.credits.refusals import Refused
from generations.teams.access import last_membership, operator
from generations.teams.context import frame_of
from generations.teams.models import Team
from generations.teams.modes import Mode

PAGE = 50


@never_cache
def plan_list(request: HttpRequest) -> HttpResponse:
    """All plans and teams; a new plan by POST."""
    operator(request)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            plan = plans.create(form.cleaned_data["name"], form.allowance())
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("“{plan}” can be given to teams.").format(plan=plan))
            return redirect("plans")
    try:
        page = pages.keyset(_teams(), request.GET.get("after", ""), PAGE, "name")
    except pages.BadCursor:
        return redirect("plans")
    context = {"plans": plans.named(), "teams": page.rows, "next_cursor": page.next_cursor}
    return _page(request, "credits/plans.html", context | {"form": form}, form)


@never_cache
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    person = operator(request)
    row = get_object_or_404(plans.named(), slug=plan)
    form = PlanForm(request.POST or None, plan=row)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["name"], form.allowance(), form.seen_allowance()
        try:
            plans.change(row, person, *given)
        except Overtaken as overtaken:
            messages.warning(request, str(overtaken))
            row.refresh_from_db()
            form, status = PlanForm(None, plan=row), 409
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved. It binds from the next request on."))
            return redirect("plans")
    context = {"form": form, "plan": row, "is_built_in": row.slug in plans.BUILT_IN}
    return _page(request, "credits/plan.html", context, form, status)


@require_POST
def plan_removal(request: HttpRequest, plan: str) -> HttpResponse:
    operator(request)
    row = get_object_or_404(plans.named(), slug=plan)
    try:
        plans.remove(row)
        messages.success(request, _("“{plan}” is gone.").format(plan=row))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("plans")


@never_cache
def team_plan(request: HttpRequest, whose: UUID) -> HttpResponse:
    """One of the named plans for a team, or one of its own, with its own figures."""
    person = operator(request)
    team = get_object_or_404(Team, pk=whose)
    current = wallet(team, Mode.LIVE).plan
    own = Plan.objects.filter(team=team).first()
    is_own = "own" in request.POST
    given = GivenPlanForm(None if is_own else request.POST or None, current=current)
    form = PlanForm(request.POST if is_own else None, plan=own or current, is_new=own is None)
    status = 200
    try:
        if is_own and form.is_valid():
            name, seen = form.cleaned_data["name"], form.seen_allowance() if own else None
            plans.give_own(team, person, name, form.allowance(), seen)
            return _given(request, team)
        if given.is_bound and given.is_valid():
            plans.give(team, given.cleaned_data["plan"], person)
            return _given(request, team)
    except Overtaken as overtaken:
        messages.warning(request, str(overtaken))
        form, status = PlanForm(None, plan=Plan.objects.get(team=team)), 409
    except Refused as refused:
        (form if is_own else given).add_error(None, str(refused))
    context = {"form": form, "given": given, "whose": team, "plan": current, "own": own}
    return _page(
        request, "credits/team_plan.html", context, given if given.errors else form, status
    )


def _given(request: HttpRequest, team: Team) -> HttpResponse:
    said = _("{team} has another plan. It binds from the next request on.")
    messages.success(request, said.format(team=team))
    return redirect("plans")


def _teams() -> QuerySet[Team]:
    accounts = Account.objects.filter(team=OuterRef("pk"), kind=AccountKind.WALLET, mode=Mode.LIVE)
    return Team.objects.annotate(plan=Subquery(accounts.values("plan__name")[:1]))


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    form: PlanForm | GivenPlanForm,
    status: int = 200,
) -> HttpResponse:
    frame = frame_of(last_membership(request))
    status = 422 if form.errors else status
    return render(request, template, context | frame, status=status)
