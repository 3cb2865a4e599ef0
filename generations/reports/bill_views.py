"""The upstream's bill by shared key, the differences in it, and all of its lines as CSV."""

from collections.abc import Iterator
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from generations.core import pages
from generations.credits.models import EntryKind
from generations.keys.models import UpstreamKey
from generations.reports import bill as bills
from generations.reports import entries as ledger_entries
from generations.reports import table
from generations.reports.entries import Filter
from generations.reports.figures import Wanted
from generations.reports.forms import UsageForm
from generations.reports.views import unsound
from generations.teams import days
from generations.teams.access import Right, TeamRequest, needs, sees_all_spend
from generations.teams.modes import Mode

PAGE = 50


@require_safe
@needs(Right.READ)
def bill(request: TeamRequest) -> HttpResponse:
    """The whole page; to htmx the bill alone."""
    form, wanted = _asked(request)
    context = {
        "form": form,
        "wanted": wanted,
        "bill": bills.bill(request.team, wanted.mode, wanted.period),
        "is_practice": wanted.mode == Mode.TEST,
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "reports/_bill.html" if is_part else "reports/bill.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_safe
@needs(Right.READ)
def differences(request: TeamRequest) -> HttpResponse:
    form, wanted = _asked(request)
    key = _key(request)
    found = bills.differences(request.team, wanted.mode, wanted.period, key.pk if key else None)
    try:
        page = pages.keyset(found, request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("differences", request.team.slug)
    context = {
        "form": form,
        "wanted": wanted,
        "key": key,
        "differences": page.rows,
        "next_cursor": page.next_cursor,
        "is_practice": wanted.mode == Mode.TEST,
    }
    return render(request, "reports/differences.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Right.READ)
def bill_csv(request: TeamRequest) -> StreamingHttpResponse | HttpResponse:
    """Every charge, loss and difference that the bill sums up, line by line."""
    form, wanted = _asked(request)
    if form.errors:
        return unsound(form)
    covered = wanted.period.until(days.today(request.team))
    name = f"{request.team.slug}-bill-{covered.first}-{covered.last}.csv"
    return StreamingHttpResponse(
        table.bill_rows(_lines(request, wanted)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(request: TeamRequest, wanted: Wanted) -> Iterator[table.BillRow]:
    """The bill's own lines: their credits sum to what was billed."""
    names = dict(UpstreamKey.objects.for_team(request.team).values_list("pk", "name"))
    for kind in (EntryKind.SETTLE, EntryKind.LOSS):
        period = wanted.period
        only = Filter(mode=wanted.mode, kind=kind, first=period.first, last=period.last)
        rows = ledger_entries.find(request.team, only)
        for line in ledger_entries.stream(request.team, request.user, rows):
            key = names.get(line.key_id, "") if line.key_id else ""
            entry = line.entry
            what = "charged" if kind == EntryKind.SETTLE else "paid, not charged"
            yield entry.day, key, what, line.credits, entry.reference, entry.reason
    for row in bills.differences(request.team, wanted.mode, wanted.period):
        attempt, day = row.attempt, row.reconciliation.day
        key = row.reconciliation.upstream_key.name
        reference = attempt.generation_id if attempt else None
        yield day, key, "unexplained", row.unexplained, reference, row.get_kind_display()


def _asked(request: TeamRequest) -> tuple[UsageForm, Wanted]:
    """Which days, and of which mode. Raises PermissionDenied for who sees their own spend only."""
    if not sees_all_spend(request.membership):
        raise PermissionDenied
    form = UsageForm(request.GET, membership=request.membership)
    form.is_valid()
    return form, form.wanted()


def _key(request: TeamRequest) -> UpstreamKey | None:
    """None where none is named, or none of the team's."""
    try:
        wanted = UUID(request.GET.get("key", ""))
    except ValueError:
        return None
    return UpstreamKey.objects.for_team(request.team).filter(pk=wanted).first()
