"""The trash: out of every list, back with one click. The files stay."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from generations.core import clock
from generations.lifecycle.models import Image, Images
from generations.teams import audit
from generations.teams.access import Right, can, require_in
from generations.teams.models import Membership, Team, User


@dataclass(frozen=True)
class Moved:
    """What went, and how many others stayed because they are somebody else's."""

    pictures: list[UUID]
    left: int


def may_trash(membership: Membership, image: Image) -> bool:
    """Its maker, or who manages the team."""
    return image.author_id == membership.user_id or can(membership, Right.MANAGE)


def trash(team: Team, actor: User, pictures: Collection[UUID]) -> Moved:
    """Raises PermissionDenied for who does not belong to the team. Twice is once."""
    membership = require_in(team, actor, Right.READ)
    seen = Image.objects.for_team(team).seen_by(actor).filter(pk__in=pictures)
    allowed = seen.filter(_in_reach(membership))
    left = seen.count() - allowed.count()
    return Moved(_move(membership, allowed, "pictures.trashed", is_trash=True), left)


def restore(team: Team, actor: User, pictures: Collection[UUID]) -> list[UUID]:
    """Those that came back. Raises PermissionDenied for who does not belong to the team."""
    membership = require_in(team, actor, Right.READ)
    rows = in_trash(membership).filter(pk__in=pictures)
    return _move(membership, rows, "pictures.restored", is_trash=False)


def in_trash(membership: Membership) -> Images:
    """What the member can restore. What another member keeps private stays unseen here, too."""
    trashed = Image.objects.for_team(membership.team).filter(trashed_at__isnull=False)
    return trashed.filter(_in_reach(membership))


def _in_reach(membership: Membership) -> Q:
    own = Q(author=membership.user)
    return own | Q(is_private=False) if can(membership, Right.MANAGE) else own


@transaction.atomic
def _move(membership: Membership, rows: Images, action: str, *, is_trash: bool) -> list[UUID]:
    found = dict(rows.values_list("pk", "author"))
    moving = Image.objects.filter(pk__in=found, trashed_at__isnull=is_trash)
    moving.update(trashed_at=clock.database_now() if is_trash else None)
    if others := [pk.hex for pk, author in found.items() if author != membership.user_id]:
        audit.record(membership.team, membership.user, action, str(len(others)), pictures=others)
    return list(found)
