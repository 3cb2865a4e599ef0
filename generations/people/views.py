"""Coming in: the set-up link, an invitation, and the link for a team's given owner."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from generations.people import join as joining
from generations.people import register, welcome
from generations.people import setup as setting_up
from generations.people.forms import JoinForm, PasswordForm, SetUpForm
from generations.teams import invite
from generations.teams.access import Right, TeamRequest, needs
from generations.teams.models import Invitation, User


@login_not_required
@never_cache
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """One screen for the first person of a new hub."""
    if not setting_up.is_open():
        return render(request, "people/closed.html", {"is_set_up": True}, status=410)
    if not setting_up.is_valid(token):
        raise Http404
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, team = setting_up.set_up(**form.cleaned_data)
        except setting_up.AlreadySetUp:
            return render(request, "people/closed.html", {"is_set_up": True}, status=410)
        login(request, user)
        return redirect("start", team.slug)
    return render(request, "people/setup.html", {"form": form}, status=_status(form))


@needs(Right.MANAGE)
def start(request: TeamRequest) -> HttpResponse:
    """The first choice: practise free, or add a real key."""
    return render(request, "people/start.html")


@login_not_required
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with an account by one click, without one by setting a password."""
    invitation = invite.find(token)
    if isinstance(request.user, User):
        return _join_as(request, request.user, token, invitation)
    if invitation is None:
        return _closed(request, invite.explain(token))
    form = JoinForm(request.POST or None, bound_email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            membership = joining.join_as_newcomer(token, **form.cleaned_data)
        except register.EmailTaken as taken:
            form.add_error("email", str(taken))
        except invite.NotValid as reason:
            return _closed(request, str(reason))
        else:
            login(request, membership.user)
            return redirect("gallery", membership.team.slug)
    context = {"form": form, "invitation": invitation}
    return render(request, "people/join.html", context, status=_status(form))


@login_not_required
@never_cache
def owner_link(request: HttpRequest, token: str) -> HttpResponse:
    """The owner of a team made on the command line sets a password, once."""
    person = welcome.find(token)
    if person is None:
        return render(request, "people/closed.html", {"is_welcome": True}, status=410)
    form = PasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        user = welcome.set_password(token, form.cleaned_data["password"])
        if user is None:
            return render(request, "people/closed.html", {"is_welcome": True}, status=410)
        login(request, user)
        return redirect("home")
    context = {"form": form, "person": person}
    return render(request, "people/welcome.html", context, status=_status(form))


def _join_as(
    request: HttpRequest, user: User, token: str, invitation: Invitation | None
) -> HttpResponse:
    if request.method != "POST" and invitation is not None:
        return render(request, "people/join.html", {"invitation": invitation})
    try:
        membership = joining.join(token, user)
    except invite.NotValid as reason:
        return _closed(request, str(reason))
    return redirect("gallery", membership.team.slug)


def _closed(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "people/closed.html", {"reason": reason}, status=410)


def _status(form: SetUpForm | JoinForm | PasswordForm) -> int:
    return 422 if form.errors else 200
