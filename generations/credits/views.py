"""The page of the team's credits: what is in the wallets, granting, adjusting, the history."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.core import pages
from generations.credits import books, ledger
from generations.credits.forms import AdjustmentForm, GrantForm, SeenForm
from generations.credits.models import Entry
from generations.credits.payments import InvoiceKnown
from generations.credits.refusals import Refused, grouped
from generations.teams.access import Right, TeamRequest, needs

PAGE = 10


@require_safe
@needs(Right.MANAGE)
@never_cache
def credits(request: TeamRequest) -> HttpResponse:
    """To htmx only what moves by itself: the forms keep what is typed."""
    try:
        found = _books(request)
    except pages.BadCursor:
        return redirect("credits", request.team.slug)
    if request.htmx:
        return render(request, "credits/_books.html", found)
    return _page(request, found)


@require_POST
@needs(Right.MANAGE)
def grants(request: TeamRequest) -> HttpResponse:
    form = GrantForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            entry = ledger.grant(
                request.team,
                given["mode"],
                given["credits"],
                actor=request.user,
                reason=given["reason"],
                paid=form.paid() or None,
                seen=_seen(request),
            )
        except InvoiceKnown as known:
            form.add_error("invoice", str(known))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _booked(request, entry)
    return _page(request, _books(request), grant_form=form)


@require_POST
@needs(Right.MANAGE)
def adjustments(request: TeamRequest) -> HttpResponse:
    form = AdjustmentForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            entry = ledger.adjust(
                request.team,
                given["mode"],
                given["credits"],
                actor=request.user,
                reason=given["reason"],
                seen=_seen(request),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _booked(request, entry)
    return _page(request, _books(request), adjustment_form=form)


def _booked(request: TeamRequest, entry: Entry) -> HttpResponse:
    left = entry.posted_after - entry.held_after
    sentence = ngettext(
        "Booked. The wallet has {left} credit left.",
        "Booked. The wallet has {left} credits left.",
        left,
    )
    messages.success(request, sentence.format(left=grouped(left)))
    return redirect("credits", request.team.slug)


def _seen(request: TeamRequest) -> int | None:
    form = SeenForm(request.POST)
    return form.cleaned_data["seen"] if form.is_valid() else 0


def _books(request: TeamRequest) -> dict[str, object]:
    """Raises pages.BadCursor."""
    after = request.GET.get("after", "")
    page = pages.keyset(books.by_hand(request.team), after, PAGE)
    return {
        "wallets": books.wallets(request.team),
        "entries": page.rows,
        "after": after,
        "next_cursor": page.next_cursor,
    }


def _page(
    request: TeamRequest,
    found: dict[str, object],
    *,
    grant_form: GrantForm | None = None,
    adjustment_form: AdjustmentForm | None = None,
) -> HttpResponse:
    """422 with a form that was not booked."""
    context = found | {
        "grant_form": grant_form or GrantForm(currency=books.usual_currency(request.team)),
        "adjustment_form": adjustment_form or AdjustmentForm(),
        "seen": books.last_seen(request.team),
    }
    status = 422 if grant_form or adjustment_form else 200
    return render(request, "credits/credits.html", context, status=status)
