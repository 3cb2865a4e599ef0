"""Who spent what, on which day, of which limit; and the entries and pictures behind it."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from generations.core import pages
from generations.credits import limits
from generations.credits.models import Entry, EntryKind
from generations.lifecycle.drafts import usual_mode
from generations.reports import entries as ledger_entries
from generations.reports import period, table
from generations.reports.chart import chart
from generations.reports.entries import Filter
from generations.reports.forms import ANY_KIND, EntriesForm, UsageForm
from generations.reports.usage import main_mode
from generations.reports.usage import usage as usage_of
from generations.teams import days
from generations.teams.access import Right, TeamRequest, needs, sees_all_spend
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

PAGE = 50


@needs(Right.READ)
def usage(request: TeamRequest) -> HttpResponse:
    form = UsageForm(request.GET)
    is_valid = form.is_valid()
    main = main_mode(request.team)
    mode = form.cleaned_data.get("mode") or main
    report = usage_of(request.team, form.period(request.team), mode, _only(request))
    context = {
        "form": form,
        "report": report,
        "chart": chart(report),
        "standing": limits.now(request.membership, mode),
        "mode": mode,
        "main_mode": main,
        "is_practice": mode == Mode.TEST,
        "months": period.months(request.team),
        "sees_all": sees_all_spend(request.membership),
    }
    return render(request, "reports/usage.html", context, status=200 if is_valid else 422)


@needs(Right.READ)
def entries(request: TeamRequest) -> HttpResponse:
    form = EntriesForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/entries.html", {"form": form}, status=422)
    wanted = _filter(request, form)
    found = ledger_entries.find(request.team, wanted)
    try:
        page = pages.keyset(found, request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("entries", request.team.slug)
    context = {
        "form": form,
        "wanted": wanted,
        "person": _person(request.team, wanted, found),
        "lines": ledger_entries.lines(request.team, request.user, page.rows),
        "next_cursor": page.next_cursor,
        "count": found.count(),
        "charged": ledger_entries.charged(found),
        "is_practice": wanted.mode == Mode.TEST,
    }
    return render(request, "reports/entries.html", context)


@needs(Right.READ)
def usage_csv(request: TeamRequest) -> StreamingHttpResponse | HttpResponse:
    """The charges of the same days that the usage page sums up, line by line."""
    form = UsageForm(request.GET)
    if not form.is_valid():
        text = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    covered = form.period(request.team)
    only = _only(request)
    wanted = Filter(
        mode=form.cleaned_data["mode"] or main_mode(request.team),
        first=covered.first,
        last=covered.last,
        user=only.pk if only else None,
    )
    found = ledger_entries.find(request.team, wanted)
    lines = ledger_entries.stream(request.team, request.user, found)
    name = f"{request.team.slug}-{covered.first}-{covered.last}.csv"
    return StreamingHttpResponse(
        table.rows(lines, days.zone(request.team)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@needs(Right.READ)
@never_cache
def meter(request: TeamRequest) -> HttpResponse:
    """What is left, for the masthead: of what the composer is set to, else of its usual mode."""
    mode = request.GET.get("mode")
    mode = mode if mode in Mode.values else usual_mode(request.membership)
    context = {
        "standing": limits.now(request.membership, mode),
        "is_practice": mode == Mode.TEST,
    }
    return render(request, "reports/_meter.html", context)


def _person(team: Team, wanted: Filter, found: QuerySet[Entry]) -> User | None:
    """Whose entries are asked for: of the team, or somebody who left entries in it."""
    members = Membership.objects.for_team(team).values("user")
    known = Q(pk__in=members) | Q(pk__in=found.order_by().values("user"))
    return User.objects.filter(known, pk=wanted.user).first() if wanted.user else None


def _only(request: TeamRequest) -> User | None:
    """Whose spend the reader may see: None is everybody's."""
    return None if sees_all_spend(request.membership) else request.user


def _filter(request: TeamRequest, form: EntriesForm) -> Filter:
    asked = form.cleaned_data
    only = _only(request)
    # One job's whole history, in whichever mode, answers "what happened to this charge".
    job = asked["reference"]
    kind = asked["kind"] or (ANY_KIND if job else EntryKind.SETTLE)
    return Filter(
        mode=asked["mode"] or (None if job else main_mode(request.team)),
        kind=None if kind == ANY_KIND else kind,
        first=asked["day"] or asked["first"],
        last=asked["day"] or asked["last"],
        user=only.pk if only else asked["user"],
        reference=job,
        project=asked["project"],
    )
