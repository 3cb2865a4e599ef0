"""The first page: on to the team, or how to get into one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from generations.teams.models import Membership, User


def home(request: HttpRequest) -> HttpResponse:
    """The team that the person joined last; visitors are sent to sign in by the middleware."""
    person = get_object_or_404(User, pk=request.user.pk)
    latest = Membership.objects.filter(user=person).select_related("team").order_by("-id").first()
    if latest:
        return redirect("create", latest.team.slug)
    return render(request, "dashboard/no_team.html")
