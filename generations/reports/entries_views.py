"""The entries behind each figure, and what happened to one charge."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from generations.core import pages
from generations.credits.models import Entry, EntryKind
from generations.gallery.story import story
from generations.keys.models import UpstreamKey
from generations.prompts.models import Prompt
from generations.reports import entries as ledger_entries
from generations.reports.entries import Filter, Named
from generations.reports.figures import NONE
from generations.reports.forms import ANY_KIND, KINDS, LOSSES, OPEN, EntriesForm
from generations.reports.job import job
from generations.reports.period import Period
from generations.reports.usage import main_mode
from generations.teams.access import Right, TeamRequest, needs, sees_all_spend
from generations.teams.models import Membership, Project, Team, User
from generations.teams.modes import Mode

PAGE = 50


@require_safe
@needs(Right.READ)
def entries(request: TeamRequest) -> HttpResponse:
    form = EntriesForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/entries.html", {"form": form}, status=422)
    wanted, kind = _filter(request, form), _kind(form)
    found = ledger_entries.find(request.team, wanted)
    try:
        page = pages.keyset(found, request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("entries", request.team.slug)
    lines = ledger_entries.lines(request.team, request.user, page.rows)
    if wanted.reference:
        found_job = job(lines)
        made = found_job.line.generation if found_job else None
        told = {"job": found_job, "story": story(made) if made else []}
        return render(request, "reports/job.html", told)
    count, charged, held, lost = ledger_entries.sums(found)
    sees_all = sees_all_spend(request.membership)
    context = {
        "form": form,
        "wanted": wanted,
        "kind": kind,
        "kinds": [*KINDS, LOSSES] if sees_all else KINDS,
        "covered": _covered(wanted),
        "person": _person(request.team, wanted, found),
        "project": _named(Project.objects.for_team(request.team), wanted.project),
        "prompt": _named(Prompt.objects.for_team(request.team), wanted.prompt),
        "lines": lines,
        "next_cursor": page.next_cursor,
        "count": count,
        "charged": charged,
        "held": held,
        "lost": lost,
        "shared_key": _named(UpstreamKey.objects.for_team(request.team), wanted.key),
        "is_practice": wanted.mode == Mode.TEST,
        "sees_all": sees_all,
    }
    return render(request, "reports/entries.html", context)


def _covered(wanted: Filter) -> Period | None:
    if wanted.first and wanted.last and wanted.first <= wanted.last:
        return Period(wanted.first, wanted.last)
    return None


def _person(team: Team, wanted: Filter, found: "QuerySet[Entry]") -> User | None:
    """Whose entries are asked for: of the team, or somebody who left entries in it."""
    members = Membership.objects.for_team(team).values("user")
    known = Q(pk__in=members) | Q(pk__in=found.order_by().values("user"))
    return User.objects.filter(known, pk=wanted.user).first() if wanted.user else None


def _named(
    rows: "QuerySet[Project] | QuerySet[Prompt] | QuerySet[UpstreamKey]", wanted: Named | None
) -> str:
    """What a filter's project, prompt or key is called; "" where it is none of the team's."""
    if wanted is None or wanted == NONE:
        return ""
    return str(rows.filter(pk=wanted).first() or "")


def _kind(form: EntriesForm) -> str:
    # One job's whole history answers "what happened to this charge".
    asked = form.cleaned_data
    return asked["kind"] or (ANY_KIND if asked["reference"] else EntryKind.SETTLE)


def _filter(request: TeamRequest, form: EntriesForm) -> Filter:
    asked, kind = form.cleaned_data, _kind(form)
    # What names a job or its batch is of whichever mode that is.
    is_of_jobs = asked["reference"] or asked["batch"] or asked["series"]
    return Filter(
        mode=asked["mode"] or (None if is_of_jobs else main_mode(request.team)),
        kind=None if kind in {ANY_KIND, OPEN} else kind,
        is_open=kind == OPEN,
        first=asked["day"] or asked["first"],
        last=asked["day"] or asked["last"],
        user=asked["user"] if sees_all_spend(request.membership) else request.user.pk,
        reference=asked["reference"],
        batches=asked["batch"],
        key=asked["key"],
        series=asked["series"],
        project=asked["project"] or None,
        prompt=asked["prompt"] or None,
    )
