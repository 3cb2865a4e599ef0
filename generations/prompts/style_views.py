"""The page of the team's styles."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generations.core import undo
from generations.prompts import styles
from generations.prompts.forms import StyleForm
from generations.prompts.models import Style
from generations.teams.access import Right, TeamRequest, needs, require


@needs(Right.READ)
def style_list(request: TeamRequest) -> HttpResponse:
    """All of them; a POST adds one. htmx gets the list alone."""
    if request.method != "POST":
        if request.htmx:
            return render(request, "prompts/_styles.html", _styles(request))
        return _page(request, StyleForm())
    require(request.membership, Right.SPEND)
    form = StyleForm(request.POST)
    if form.is_valid():
        try:
            style = styles.add(request.team, request.user, **form.cleaned_data)
        except styles.NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, _("“{style}” is offered in Create.").format(style=style))
            return redirect("styles", request.team.slug)
    return _page(request, form, status=422)


@needs(Right.SPEND)
def style_edit(request: TeamRequest, style: UUID) -> HttpResponse:
    row = _style(request, style)
    form = StyleForm(request.POST or None, initial={"name": row.name, "words": row.words})
    if request.method == "POST" and form.is_valid():
        try:
            styles.change(row, request.user, **form.cleaned_data)
        except styles.NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, _("Saved. Pictures made before stay as they are."))
            return redirect("styles", request.team.slug)
    return _page(request, form, row, status=422 if form.errors else 200)


@needs(Right.SPEND)
@require_POST
def style_archive(request: TeamRequest, style: UUID) -> HttpResponse:
    row = _style(request, style)
    styles.archive(row, request.user)
    back = reverse("style_restoration", args=[request.team.slug, row.pk])
    said = _("“{style}” is archived: it is no longer offered.")
    undo.offer(request, said.format(style=row), back)
    return redirect("styles", request.team.slug)


@needs(Right.SPEND)
@require_POST
def style_restoration(request: TeamRequest, style: UUID) -> HttpResponse:
    try:
        styles.restore(_style(request, style), request.user)
    except styles.NameTaken as taken:
        messages.error(request, str(taken))
    return undo.done(request, reverse("styles", args=[request.team.slug]))


def _style(request: TeamRequest, pk: UUID) -> Style:
    return get_object_or_404(Style.objects.for_team(request.team), pk=pk)


def _page(
    request: TeamRequest, form: StyleForm, edited: Style | None = None, status: int = 200
) -> HttpResponse:
    context = {**_styles(request), "form": form, "edited": edited}
    return render(request, "prompts/styles.html", context, status=status)


def _styles(request: TeamRequest) -> dict[str, object]:
    rows = Style.objects.for_team(request.team)
    archived = rows.exclude(archived_at=None).order_by("-archived_at")
    return {"styles": styles.offered(request.team), "archived": archived}
