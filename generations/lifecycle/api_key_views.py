"""The page of keys for scripts: one's own, and everybody's for who manages the team."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from generations.credits import allowance, limits
from generations.credits.allowance import NotYours, Overtaken
from generations.credits.forms import LimitsForm
from generations.keys import issued
from generations.keys.forms import ApiKeyForm
from generations.keys.models import ApiKey
from generations.lifecycle import key_limits
from generations.teams import allowance as allowances
from generations.teams.access import Right, TeamRequest, can, needs
from generations.teams.allowance import Allowance
from generations.teams.models import Membership, TeamScoped
from generations.teams.modes import Mode

YOURS = gettext_lazy("At most {limit}, as you have it.")
THEIRS = gettext_lazy("At most {limit}, as its maker has it.")


@needs(Right.SPEND)
@never_cache
def api_keys(request: TeamRequest) -> HttpResponse:
    """Issue one by POST. Its text is on the page that answers, and nowhere after."""
    manages = can(request.membership, Right.MANAGE)
    context: dict[str, object] = {"manages": manages}
    if request.htmx and request.method != "POST":
        return render(request, "keys/_api_keys.html", context | {"keys": _visible(request)})
    form, limits_form = _forms(request)
    if request.method == "POST" and form.is_valid() and limits_form.is_valid():
        try:
            key, text = key_limits.issue(
                request.membership, limits=limits_form.allowance(), **form.cleaned_data
            )
        except NotYours as refused:
            limits_form.add_error(refused.field, str(refused))
        else:
            context |= {"issued": key, "text": text, "webhook_secret": key.webhook_secret}
            form, limits_form = _forms(request, is_new=True)
    note = request.team.name if manages else _("yours")
    context |= {"keys": _visible(request), "form": form, "limits": limits_form, "note": note}
    status = 422 if form.errors or limits_form.errors else 200
    return render(request, "keys/api_keys.html", context, status=status)


@needs(Right.SPEND)
@never_cache
def api_key_limits(request: TeamRequest, key: UUID) -> HttpResponse:
    row = get_object_or_404(_visible(request), pk=key)
    owner = get_object_or_404(
        Membership.objects.for_team(request.team).select_related("team", "user"),
        user=row.user_id,
    )
    said = YOURS if row.user_id == request.user.pk else THEIRS
    most, own = allowance.of_member(owner, row.mode), allowances.of(row)
    form = LimitsForm(request.POST or None, own=own, most=most, grants=said)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                key_limits.change(row, request.user, form.allowance(), form.seen_allowance())
                messages.success(request, _("The limits are saved. They bind from now on."))
                return redirect("api_keys", request.team.slug)
        except NotYours as refused:
            form.add_error(refused.field, str(refused))
        except Overtaken as overtaken:
            messages.warning(request, str(overtaken))
            form, status = LimitsForm(None, own=overtaken.now, most=most, grants=said), 409
    standing = limits.now(owner, row.mode, key_limits.spender(row))
    context = {"form": form, "key": row, "standing": standing}
    return render(request, "keys/api_key_limits.html", context, status=status)


@needs(Right.SPEND)
@require_POST
def api_key_revocation(request: TeamRequest, key: UUID) -> HttpResponse:
    issued.revoke(get_object_or_404(_visible(request), pk=key), request.user)
    messages.success(request, _("Revoked. Scripts with this key are refused from now on."))
    return redirect("api_keys", request.team.slug)


def _forms(request: TeamRequest, *, is_new: bool = False) -> tuple[ApiKeyForm, LimitsForm]:
    data = None if is_new else request.POST or None
    mode = request.POST.get("mode") if request.POST.get("mode") in Mode.values else Mode.LIVE
    most = allowance.of_member(request.membership, str(mode))
    return ApiKeyForm(data, team=request.team), LimitsForm(
        data, own=Allowance(), most=most, grants=YOURS
    )


def _visible(request: TeamRequest) -> TeamScoped[ApiKey]:
    """Newest first, without the revoked."""
    rows = ApiKey.objects.for_team(request.team).filter(revoked_at=None)
    if not can(request.membership, Right.MANAGE):
        rows = rows.filter(user=request.user)
    return rows.select_related("user", "project").defer("webhook_secret").order_by("-id")
