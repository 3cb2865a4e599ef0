"""Members and invitations, the team's own settings, a person's own settings."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from generations.core import crypto, undo
from generations.teams import details, invite, projects
from generations.teams.access import Right, TeamRequest, can, last_membership, needs
from generations.teams.context import frame_of
from generations.teams.forms import InvitationForm, PersonForm, ProjectForm, TeamForm
from generations.teams.models import Invitation, Membership, Project, TeamScoped, Theme, User


@needs(Right.READ)
@never_cache
def members(request: TeamRequest) -> HttpResponse:
    """Who is in the team; once, right after inviting, with the link of the invitation.

    To htmx only who is there: what is shown once is for the page.
    """
    if request.htmx:
        return render(request, "teams/_people.html", _people(request))
    sealed = request.session.pop(_link_place(request), "")
    link = crypto.open_sealed(bytes.fromhex(sealed), _link_place(request)) if sealed else ""
    return _members_page(request, InvitationForm(), link=link)


@needs(Right.MANAGE)
def invitations(request: TeamRequest) -> HttpResponse:
    """Invite, and on to the members: reloading that page invites nobody else."""
    if request.method != "POST":
        return redirect("members", request.team.slug)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _members_page(request, form, status=422)
    _invitation, token = invite.invite(
        request.team, request.user, form.cleaned_data["role"], form.cleaned_data["email"]
    )
    link = settings.SITE_URL + reverse("join", args=[token])
    place = _link_place(request)
    request.session[place] = crypto.seal(link, place).hex()
    return redirect("members", request.team.slug)


@needs(Right.MANAGE)
@require_POST
def invitation_revocation(request: TeamRequest, invitation: UUID) -> HttpResponse:
    row = get_object_or_404(Invitation.objects.for_team(request.team), pk=invitation)
    invite.revoke(row, request.user)
    back = reverse("invitation_restoration", args=[request.team.slug, row.pk])
    undo.offer(request, _("The invitation is withdrawn. Its link opens nothing now."), back)
    return redirect("members", request.team.slug)


@needs(Right.MANAGE)
@require_POST
def invitation_restoration(request: TeamRequest, invitation: UUID) -> HttpResponse:
    row = get_object_or_404(Invitation.objects.for_team(request.team), pk=invitation)
    invite.restore(row, request.user)
    return undo.done(request, reverse("members", args=[request.team.slug]))


@needs(Right.MANAGE)
def team_settings(request: TeamRequest) -> HttpResponse:
    if request.htmx and request.method != "POST":
        return render(request, "teams/_projects.html", {"projects": _projects(request)})
    form = TeamForm(request.POST or None, team=request.team)
    if request.method != "POST":
        return _team_page(request, form, ProjectForm())
    if form.is_valid():
        try:
            details.change(request.team, request.user, **form.cleaned_data)
        except details.NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, _("Saved."))
            return redirect("team_settings", request.team.slug)
    return _team_page(request, form, ProjectForm(), status=422)


@needs(Right.MANAGE)
@require_POST
def project_list(request: TeamRequest) -> HttpResponse:
    form = ProjectForm(request.POST)
    if form.is_valid():
        try:
            projects.add(request.team, request.user, form.cleaned_data["name"])
        except projects.NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            return redirect("team_settings", request.team.slug)
    return _team_page(request, TeamForm(team=request.team), form, status=422)


@needs(Right.MANAGE)
@require_POST
def project_archive(request: TeamRequest, project: UUID) -> HttpResponse:
    row = get_object_or_404(Project.objects.for_team(request.team), pk=project)
    projects.archive(row, request.user)
    said = _("“{project}” is archived: it is no longer offered.")
    back = reverse("project_restoration", args=[request.team.slug, row.pk])
    undo.offer(request, said.format(project=row.name), back)
    return redirect("team_settings", request.team.slug)


@needs(Right.MANAGE)
@require_POST
def project_restoration(request: TeamRequest, project: UUID) -> HttpResponse:
    row = get_object_or_404(Project.objects.for_team(request.team), pk=project)
    projects.restore(row, request.user)
    return undo.done(request, reverse("team_settings", args=[request.team.slug]))


def profile(request: HttpRequest) -> HttpResponse:
    """A person's own name and colours, in every team."""
    person = _person(request)
    form = PersonForm(request.POST or None, initial={"name": person.name, "theme": person.theme})
    if request.method == "POST" and form.is_valid():
        User.objects.filter(pk=person.pk).update(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile")
    context = {"form": form, **frame_of(last_membership(request))}
    return render(request, "teams/profile.html", context, status=422 if form.errors else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Colours, from the menu of any page, and back to it."""
    chosen = request.POST.get("theme")
    if chosen in Theme.values:
        User.objects.filter(pk=_person(request).pk).update(theme=chosen)
    return undo.done(request, reverse("home"))


def _person(request: HttpRequest) -> User:
    """Who asks; the middleware lets nobody else come so far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _link_place(request: TeamRequest) -> str:
    """Where in the session a new link waits to be shown, sealed: sessions lie in the database."""
    return f"invitation link:{request.team.pk}"


def _members_page(
    request: TeamRequest, form: InvitationForm, *, link: str = "", status: int = 200
) -> HttpResponse:
    context = {**_people(request), "form": form, "link": link}
    return render(request, "teams/members.html", context, status=status)


def _people(request: TeamRequest) -> dict[str, object]:
    rows = Membership.objects.for_team(request.team).select_related("user").order_by("user__name")
    manages = can(request.membership, Right.MANAGE)
    return {"members": rows, "pending": invite.pending(request.team) if manages else []}


def _team_page(
    request: TeamRequest, form: TeamForm, project_form: ProjectForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "project_form": project_form, "projects": _projects(request)}
    return render(request, "teams/team_settings.html", context, status=status)


def _projects(request: TeamRequest) -> TeamScoped[Project]:
    return Project.objects.for_team(request.team).order_by("is_archived", "name")
