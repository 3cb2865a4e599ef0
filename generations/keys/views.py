"""The pages of shared keys: only for who manages the team. No secret is ever read here."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from generations.core import crypto
from generations.keys import secrets, testing, upstream
from generations.keys.forms import RotationForm, UpstreamKeyForm
from generations.keys.models import UpstreamKey
from generations.providers import registry
from generations.teams.access import Right, TeamRequest, needs


@needs(Right.MANAGE)
@never_cache
@sensitive_post_parameters("api_key", "webhook_secret")
def upstream_keys(request: TeamRequest) -> HttpResponse:
    if request.htmx and request.method != "POST":
        return render(request, "keys/_upstream_keys.html", {"keys": upstream.listed(request.team)})
    form = UpstreamKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = upstream.add(request.team, request.user, **form.cleaned_data)
        except secrets.BadSecret as error:
            form.add_error("api_key", str(error))
        else:
            messages.success(request, _("The key is added. Test it once."))
            return redirect("upstream_key_test", request.team.slug, key.pk)
    context = {"keys": upstream.listed(request.team), "form": form}
    status = 422 if form.errors else 200
    return render(request, "keys/upstream_keys.html", context, status=status)


@needs(Right.MANAGE)
@never_cache
def upstream_key_test(request: TeamRequest, key: UUID) -> HttpResponse:
    """Asks first: the test buys one small picture. Then says what really works."""
    row = _get(request, key)
    provider = registry.get(row.provider)
    context = {
        "key": row,
        "findings": row.findings,
        "is_practice": provider.is_practice,
        "upstream": provider.catalogue[0].name,
    }
    if request.method == "POST":
        context |= {"findings": _try(row, request), "is_done": True}
    return render(request, "keys/upstream_key_test.html", context)


@needs(Right.MANAGE)
@never_cache
@sensitive_post_parameters("api_key", "webhook_secret")
def upstream_key_rotation(request: TeamRequest, key: UUID) -> HttpResponse:
    """Put another secret in place; jobs under way go on."""
    row = _get(request, key)
    form = RotationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            upstream.rotate(row, request.user, **form.cleaned_data)
        except secrets.BadSecret as error:
            form.add_error("api_key", str(error))
        else:
            messages.success(request, _("The new secret is in place."))
            return redirect("upstream_keys", request.team.slug)
    context = {"key": row, "form": form}
    status = 422 if form.errors else 200
    return render(request, "keys/upstream_key_rotation.html", context, status=status)


@needs(Right.MANAGE)
@require_POST
def upstream_key_pause(request: TeamRequest, key: UUID) -> HttpResponse:
    upstream.pause(_get(request, key), request.user)
    messages.success(
        request, _("Paused: nothing new is sent through the key. What is under way goes on.")
    )
    return redirect("upstream_keys", request.team.slug)


@needs(Right.MANAGE)
@require_POST
def upstream_key_resumption(request: TeamRequest, key: UUID) -> HttpResponse:
    in_use, said = upstream.resume(_get(request, key), request.user)
    messages.add_message(request, messages.SUCCESS if in_use else messages.WARNING, said)
    return redirect("upstream_keys", request.team.slug)


@needs(Right.MANAGE)
def upstream_key_removal(request: TeamRequest, key: UUID) -> HttpResponse:
    """Asks first: a removed key cannot be brought back."""
    row = _get(request, key)
    if request.method != "POST":
        return render(request, "keys/upstream_key_removal.html", {"key": row})
    upstream.remove(row, request.user)
    messages.success(request, _("The key is removed."))
    return redirect("upstream_keys", request.team.slug)


def _try(key: UpstreamKey, request: TeamRequest) -> dict[str, Any]:
    try:
        return testing.test(key, request.user, buy=True)
    except crypto.CannotOpen as error:
        return {"accepted": False, "message": str(error)}


def _get(request: TeamRequest, key: UUID) -> UpstreamKey:
    row: UpstreamKey = get_object_or_404(upstream.listed(request.team), pk=key)
    return row
