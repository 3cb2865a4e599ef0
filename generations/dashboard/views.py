"""The first page: on to the team, or how to get into one."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from generations.teams.models import Membership, User


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """The team that the person joined last. Visitors sign in, where there is anybody yet."""
    if not request.user.is_authenticated:
        if not User.objects.exists():
            return render(request, "dashboard/not_set_up.html")
        return redirect_to_login(request.get_full_path())
    person = get_object_or_404(User, pk=request.user.pk)
    latest = Membership.objects.filter(user=person).select_related("team").order_by("-id").first()
    if latest:
        return redirect("create", latest.team.slug)
    return render(request, "dashboard/no_team.html")
