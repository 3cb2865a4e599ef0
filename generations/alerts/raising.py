"""The one door to a Notice: raised once, and with it the letters to who wants it by e-mail."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from generations.alerts.models import UNASKED, Kind, Letter, MailChoice, Notice
from generations.core import clock
from generations.teams.access import RIGHTS, Right
from generations.teams.models import Membership, Team, User


@transaction.atomic
def raise_for(
    team: Team,
    kind: Kind,
    subject: str,
    *,
    day: date,
    mode: str,
    user: User | None = None,
    once: bool = False,
    **facts: Any,
) -> bool:
    """Tell it, unless it was told of this subject and day (`once`: of it ever). If it was new."""
    rows = Notice.objects.for_team(team).filter(kind=kind, subject=subject)
    if once and rows.exists():
        return False
    notice, is_new = Notice.objects.get_or_create(
        team=team,
        kind=kind,
        subject=subject,
        day=day,
        defaults={"mode": mode, "user": user, "facts": facts},
    )
    if is_new:
        Letter.objects.bulk_create(
            Letter(notice=notice, user=each, due_at=clock.database_now())
            for each in _by_mail(notice)
        )
    return is_new


def wants(user: User, kind: str) -> bool:
    """Whether a person wants this kind by e-mail."""
    choice = MailChoice.objects.filter(user=user, kind=kind).first()
    return choice.is_wanted if choice else kind in UNASKED


def told(notice: Notice) -> "QuerySet[Membership]":
    """Whom it concerns: the member alone, or who manages the team."""
    rows = Membership.objects.for_team(notice.team).filter(user__is_active=True)
    if notice.user_id:
        return rows.filter(user=notice.user_id)
    return rows.filter(role__in=[role for role in RIGHTS if Right.MANAGE in RIGHTS[role]])


def _by_mail(notice: Notice) -> list[User]:
    people = [each.user for each in told(notice).select_related("user")]
    choices = dict(
        MailChoice.objects.filter(user__in=people, kind=notice.kind).values_list(
            "user", "is_wanted"
        )
    )
    return [each for each in people if choices.get(each.pk, notice.kind in UNASKED)]
