"""The limits of one API key: tighter than its owner's, and never loosened by its owner."""

from dataclasses import asdict
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from generations.credits import allowance
from generations.credits.allowance import Overtaken, check_not_wider, check_within
from generations.credits.key_days import Key
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.lifecycle.models import Generation
from generations.lifecycle.states import ACTIVE
from generations.teams import allowance as allowances
from generations.teams import audit
from generations.teams.access import Right, can, require_in
from generations.teams.allowance import Allowance
from generations.teams.models import Membership, Project, Team, User


def spender(api_key: ApiKey | None) -> Key | None:
    """The key as credits know it."""
    return Key(api_key.pk, api_key.name, api_key.daily_limit) if api_key else None


def rooms(team: Team, keys: set[UUID]) -> dict[UUID, int]:
    """How many more pictures at once each key may have, of those that have such a limit."""
    limited = ApiKey.objects.for_team(team).filter(pk__in=keys, concurrent__isnull=False)
    ceilings = dict(limited.values_list("pk", "concurrent")) if keys else {}
    if not ceilings:
        return {}
    active = Generation.objects.filter(upstream_key__team=team, status__in=ACTIVE)
    counts = active.filter(api_key__in=ceilings).values_list("api_key").annotate(Count("id"))
    running = dict(counts.order_by())
    return {key: (most or 0) - running.get(key, 0) for key, most in ceilings.items()}


def issue(
    membership: Membership,
    *,
    name: str,
    mode: str,
    days: int | None = None,
    project: Project | None = None,
    limits: Allowance,
) -> tuple[ApiKey, str]:
    """A new key of this member, and its text. Raises NotYours and what issued.issue() raises."""
    _check(limits.changed_from(Allowance()), membership, mode)
    return issued.issue(
        membership.team,
        membership.user,
        name=name,
        mode=mode,
        days=days,
        project=project,
        limits=limits,
    )


@transaction.atomic
def change(key: ApiKey, actor: User, wanted: Allowance, seen: Allowance | None = None) -> None:
    """Set what the key may do; None leaves it to its owner's limits. Binds from the next request.

    `seen` is what was set when the actor decided. The owner of a key tightens, and an admin of the
    team loosens, but not for themselves; an owner of the team may all. Raises PermissionDenied;
    Overtaken; NotYours for a limit above what binds the key's owner, or loosened by who may not.
    """
    by = require_in(key.team, actor, Right.SPEND)
    if actor.pk != key.user_id and not can(by, Right.MANAGE):
        raise PermissionDenied
    row = ApiKey.objects.for_team(key.team).select_for_update(no_key=True).get(pk=key.pk)
    before = allowances.of(row)
    if seen is not None and seen != before:
        raise Overtaken(before)
    changes = wanted.changed_from(before)
    owner = Membership.objects.select_related("team").get(team=key.team, user=key.user_id)
    _check(changes, owner, key.mode)
    if actor.pk == key.user_id and not can(by, Right.OWN):
        check_not_wider(
            changes, before, _("You can only tighten this; an admin of the team can widen it.")
        )
    if changes:
        ApiKey.objects.filter(pk=row.pk).update(**changes)
        audit.record(
            key.team, actor, "api_key.limited", key.name, key=str(key.pk), **asdict(wanted)
        )


def _check(changes: dict[str, int | None], owner: Membership, mode: str) -> None:
    check_within(
        changes,
        allowance.of_member(owner, mode),
        _("That is more than its maker has. A key’s own limit can only be tighter."),
    )
