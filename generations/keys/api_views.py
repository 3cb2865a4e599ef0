"""The page of keys for scripts: one's own, and everybody's for who manages the team."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from generations.keys import issued
from generations.keys.forms import ApiKeyForm
from generations.keys.models import ApiKey
from generations.teams.access import Right, TeamRequest, can, needs
from generations.teams.models import TeamScoped


@needs(Right.SPEND)
@never_cache
def api_keys(request: TeamRequest) -> HttpResponse:
    """Issue one by POST. Its text is on the page that answers, and nowhere after."""
    form = ApiKeyForm(request.POST or None, team=request.team)
    context: dict[str, object] = {"manages": can(request.membership, Right.MANAGE)}
    if request.method == "POST" and form.is_valid():
        key, text = issued.issue(request.team, request.user, **form.cleaned_data)
        context |= {"issued": key, "text": text, "webhook_secret": key.webhook_secret}
        form = ApiKeyForm(team=request.team)
    context |= {"keys": _visible(request), "form": form}
    return render(request, "keys/api_keys.html", context, status=422 if form.errors else 200)


@needs(Right.SPEND)
@require_POST
def api_key_revocation(request: TeamRequest, key: UUID) -> HttpResponse:
    issued.revoke(get_object_or_404(_visible(request), pk=key), request.user)
    messages.success(request, _("Revoked. Scripts with this key are refused from now on."))
    return redirect("api_keys", request.team.slug)


def _visible(request: TeamRequest) -> TeamScoped[ApiKey]:
    """Newest first, without the revoked."""
    rows = ApiKey.objects.for_team(request.team).filter(revoked_at=None)
    if not can(request.membership, Right.MANAGE):
        rows = rows.filter(user=request.user)
    return rows.select_related("user", "project").defer("webhook_secret").order_by("-id")
