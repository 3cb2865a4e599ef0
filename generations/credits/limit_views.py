"""A member's own limits, for who manages the team."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from generations.credits import allowance
from generations.credits.accounts import wallet
from generations.credits.allowance import NotYours, Overtaken
from generations.credits.forms import LimitsForm
from generations.teams.access import Right, TeamRequest, needs
from generations.teams.models import Membership
from generations.teams.modes import Mode


@needs(Right.MANAGE)
def member_limits(request: TeamRequest, member: UUID) -> HttpResponse:
    rows = Membership.objects.for_team(request.team).select_related("user", "team")
    membership = get_object_or_404(rows, pk=member)
    plan = wallet(request.team, Mode.LIVE).plan
    most = allowance.granted(plan)
    form = LimitsForm(request.POST or None, own=allowance.own(membership), most=most)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                wanted, seen = form.allowance(), form.seen_allowance()
                allowance.tighten(membership, request.user, wanted, seen)
                said = _("The limits of {person} are saved. They bind from now on.")
                messages.success(request, said.format(person=membership.user))
                return redirect("members", request.team.slug)
        except NotYours as refused:
            form.add_error(refused.field, str(refused))
        except Overtaken as overtaken:
            messages.warning(request, str(overtaken))
            form, status = LimitsForm(None, own=overtaken.now, most=most), 409
    context = {"form": form, "member": membership, "plan": plan}
    return render(request, "credits/member_limits.html", context, status=status)
