"""What one member may ask for: what the team's plan grants, tightened for this member."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from generations.credits.accounts import wallet
from generations.credits.models import Plan
from generations.credits.refusals import Refused
from generations.teams import allowance, audit
from generations.teams.access import Right, can, require_in
from generations.teams.allowance import Allowance as Allowance
from generations.teams.allowance import is_wider
from generations.teams.allowance import tightest as tightest
from generations.teams.models import Membership, User
from generations.teams.modes import Mode


class NotYours(Refused):
    """This limit is not for the one who asks to set. `field` is its name in an Allowance."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Overtaken(Refused):
    """The limits are not those any more that whoever sets them has seen, but `now`."""

    def __init__(self, now: Allowance) -> None:
        super().__init__(
            _("Meanwhile somebody else changed these limits: look at them, then save again.")
        )
        self.now = now


def granted(plan: Plan | None) -> Allowance:
    return allowance.of(plan) if plan else Allowance()


def own(membership: Membership) -> Allowance:
    return allowance.of(membership)


def of_member(membership: Membership, mode: str) -> Allowance:
    """What binds a member in this mode: the plan, and where it is tighter, their own. A query."""
    return own(membership).within(granted(wallet(membership.team, mode).plan))


@transaction.atomic
def tighten(
    membership: Membership, actor: User, wanted: Allowance, seen: Allowance | None = None
) -> None:
    """Set a member's own limits; None leaves it to the plan. They bind from the next request on.

    `seen` is what they were when the actor decided. Raises PermissionDenied; Overtaken where they
    are not that any more; NotYours for one that is set wider than the live plan grants, or than
    what an admin has and widens for themselves: that is for an owner or another admin.
    """
    by = require_in(membership.team, actor, Right.MANAGE)
    row = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    before = own(row)
    if seen is not None and seen != before:
        raise Overtaken(before)
    changes = wanted.changed_from(before)
    sentence = _("That is more than the plan grants. A member’s own limit can only be tighter.")
    check_within(changes, granted(wallet(membership.team, Mode.LIVE).plan), sentence)
    if row.pk == by.pk and not can(by, Right.OWN):
        check_not_wider(
            changes, before, _("Your own limit can be widened by an owner or another admin.")
        )
    if changes:
        Membership.objects.filter(pk=row.pk).update(**changes)
        audit.record(row.team, actor, "member.limited", str(row.user), **asdict(wanted))


def check_within(changes: Mapping[str, int | None], most: Allowance, sentence: str) -> None:
    """Raises NotYours for what is set above the most, with this sentence."""
    for field, above in asdict(most).items():
        limit = changes.get(field)
        if limit is not None and is_wider(limit, above):
            raise NotYours(field, sentence)


def check_not_wider(changes: Mapping[str, int | None], before: Allowance, sentence: str) -> None:
    """Raises NotYours for a change that lets more through than before."""
    for field, limit in changes.items():
        if is_wider(limit, asdict(before)[field]):
            raise NotYours(field, sentence)
