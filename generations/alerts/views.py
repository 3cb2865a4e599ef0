"""What a person is told, what of it is new, and what they want by e-mail."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generations.alerts.forms import MailForm, RuleForm
from generations.alerts.models import Notice, Reading, Rule
from generations.alerts.truth import State, Truth, count_unread
from generations.alerts.words import over, words
from generations.core import pages
from generations.teams import audit, days
from generations.teams.access import Right, TeamRequest, can, last_membership, needs
from generations.teams.context import frame_of
from generations.teams.models import User

PAGE = 30


@require_safe
@needs(Right.READ)
@never_cache
def notices(request: TeamRequest) -> HttpResponse:
    return _page(request, _rule_form(request))


@require_safe
@needs(Right.READ)
@never_cache
def notice_mark(request: TeamRequest) -> HttpResponse:
    """The mark in the masthead of an open page."""
    count = count_unread(request.membership)
    return render(request, "alerts/_mark.html", {"count": count})


@require_POST
@needs(Right.READ)
def notice_reading(request: TeamRequest) -> HttpResponse:
    """Everything up to the newest that the page showed is read."""
    newest = request.POST.get("newest", "")
    rows = Notice.objects.unread(request.membership)
    if newest.isascii() and newest.isdigit() and len(newest) < 19:
        rows = rows.filter(pk__lte=int(newest))
        Reading.objects.bulk_create(
            [Reading(notice=row, user=request.user) for row in rows], ignore_conflicts=True
        )
    return redirect("notices", request.team.slug)


@require_POST
@needs(Right.MANAGE)
def notice_rule(request: TeamRequest) -> HttpResponse:
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    low = form.cleaned_data["wallet_low"]
    Rule.objects.update_or_create(team=request.team, defaults={"wallet_low": low})
    audit.record(request.team, request.user, "alerts.changed", wallet_low=low)
    messages.success(request, _("Saved."))
    return redirect("notices", request.team.slug)


@never_cache
def mail_choices(request: HttpRequest) -> HttpResponse:
    """What of the notices a person wants by e-mail, in every team."""
    person = request.user
    if not isinstance(person, User):
        raise PermissionDenied
    form = MailForm(request.POST if request.method == "POST" else None, user=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("mail_choices")
    context = {"form": form, **frame_of(last_membership(request))}
    return render(request, "alerts/mail.html", context, status=422 if form.errors else 200)


def _page(request: TeamRequest, form: RuleForm | None, status: int = 200) -> HttpResponse:
    told = Notice.objects.told(request.membership).select_related("team")
    try:
        page = pages.keyset(told, request.GET.get("after"), PAGE)
    except pages.BadCursor:
        return redirect("notices", request.team.slug)
    unread = set(Notice.objects.unread(request.membership).values_list("pk", flat=True))
    truth = Truth(request.team)
    context = {
        "rows": [_row(row, truth, row.pk in unread) for row in page.rows],
        "newest": page.rows[0].pk if page.rows else 0,
        "has_unread": bool(unread),
        "next_cursor": page.next_cursor,
        "form": form,
    }
    is_part = request.htmx and request.method == "GET"
    template = "alerts/_notices.html" if is_part else "alerts/notices.html"
    return render(request, template, context, status=status)


def _row(notice: Notice, truth: Truth, is_unread: bool) -> dict[str, Any]:
    """What is over is not new, and says what ended it."""
    state = truth.state(notice)
    return {
        "notice": notice,
        "words": words(notice),
        "over": over(notice, state, days.today(truth.team)),
        "is_unread": is_unread and state == State.HOLDS,
    }


def _rule_form(request: TeamRequest) -> RuleForm | None:
    if not can(request.membership, Right.MANAGE):
        return None
    rule = Rule.objects.for_team(request.team).first()
    return RuleForm(initial={"wallet_low": rule.wallet_low if rule else None})
