"""The first page: on to the team, or how to get into one. And the way to everything else."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from generations.dashboard import finding, places, samples
from generations.gallery.finding import visible
from generations.teams.access import Right, TeamRequest, last_membership, needs
from generations.teams.context import frame_of, memberships_of
from generations.teams.models import User


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """On to the person's team. Visitors sign in, where there is anybody yet."""
    if not request.user.is_authenticated:
        if not User.objects.exists():
            return render(request, "dashboard/not_set_up.html")
        return redirect_to_login(request.get_full_path())
    if membership := last_membership(request):
        return redirect("create", membership.team.slug)
    return render(request, "dashboard/no_team.html")


@require_safe
@needs(Right.READ)
@vary_on_headers("HX-Request")
def find(request: TeamRequest) -> HttpResponse:
    """Pages, actions, prompts and pictures by their words; the palette asks only for the latter."""
    words = request.GET.get("q", "").strip()[:100]
    found = finding.find(request.membership, words)
    if request.htmx:
        return render(request, "dashboard/_found.html", {"found": found})
    everything = places.groups(request.membership, memberships_of(request.user.pk), words)
    context = {"found": found, "groups": everything}
    return render(request, "dashboard/find.html", context)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, in both themes. Whoever does not run the hub gets 404."""
    person = get_object_or_404(User, pk=request.user.pk, is_staff=True)
    membership = last_membership(request)
    if membership is None:
        raise Http404
    newest = visible(membership.team, person).order_by("-created_at", "-pk")
    context = {
        **samples.context(),
        **frame_of(membership),
        "images": newest.select_related("generation")[:3],
    }
    return render(request, "dashboard/styleguide.html", context)
