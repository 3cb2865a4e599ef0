"""Who spent what, on which day, of which limit: as a page, as CSV and in the masthead."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.credits import limits
from generations.reports import entries, means, table
from generations.reports.chart import chart
from generations.reports.forms import UsageForm
from generations.reports.means import Wallet
from generations.reports.meter import meter as read_meter
from generations.reports.usage import Usage
from generations.reports.usage import usage as usage_of
from generations.teams import days
from generations.teams.access import Right, TeamRequest, needs
from generations.teams.modes import Mode


@require_safe
@needs(Right.READ)
def usage(request: TeamRequest) -> HttpResponse:
    """The whole page; to htmx the report alone, which it changes where it differs."""
    form = UsageForm(request.GET, membership=request.membership)
    is_valid = form.is_valid()
    wanted = form.wanted()
    standings = limits.of_all(request.team, wanted.mode)
    standing = standings[request.user.pk]
    report = usage_of(request.team, wanted, standings)
    wallet = means.wallet(request.team, standing)
    context = {
        "form": form,
        "wanted": wanted,
        "report": report,
        "chart": chart(report),
        "standing": standing,
        "wallet": wallet,
        "scale": _scale(report, wallet),
        "bounds": means.bounds(request.team, standing, wallet),
        "is_practice": wanted.mode == Mode.TEST,
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "reports/_report.html" if is_part else "reports/usage.html"
    return render(request, template, context, status=200 if is_valid else 422)


@require_safe
@needs(Right.READ)
def usage_csv(request: TeamRequest) -> StreamingHttpResponse | HttpResponse:
    """The charges of the same days that the usage page sums up, line by line."""
    form = UsageForm(request.GET, membership=request.membership)
    if not form.is_valid():
        return unsound(form)
    wanted = form.wanted()
    found = entries.find(request.team, entries.Filter.of(wanted))
    lines = entries.stream(request.team, request.user, found)
    covered = wanted.period.until(days.today(request.team))
    name = f"{request.team.slug}-{covered.first}-{covered.last}.csv"
    return StreamingHttpResponse(
        table.rows(lines, days.zone(request.team)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def unsound(form: UsageForm) -> HttpResponse:
    """For a file: what is wrong with what was asked for, in its place."""
    text = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")


@needs(Right.READ)
@never_cache
def meter(request: TeamRequest) -> HttpResponse:
    """What is left, for the masthead of an open page."""
    reading = read_meter(request.membership, request.GET.get("mode"))
    return render(request, "reports/_meter.html", {"meter": reading})


def _scale(report: Usage, wallet: Wallet | None) -> int:
    """What the bar of the period is a whole of: all that there was, or else what is foretold."""
    left = wallet.left if wallet and report.wanted.is_whole else report.still_expected
    return report.total + report.held + left
