"""Invitations: a link that works once, for seven days, without a mail server."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generations.core import clock, ids
from generations.teams import access, audit
from generations.teams.models import Invitation, Membership, Role, Team, TeamScoped, User

LIFE = 7 * 24 * 3600  # seconds


class NotValid(Exception):
    """The link was used, revoked, has expired, or never was one. The message may be shown."""


@transaction.atomic
def invite(team: Team, actor: User, role: str, email: str = "") -> tuple[Invitation, str]:
    """A new invitation and its token, which exists nowhere else. Raises PermissionDenied.

    The token ends with the last four characters of the invitation's id, by which people tell
    open links apart. With an `email` only that address may join. Nobody is invited to be an owner.
    """
    access.require_in(team, actor, access.Right.MANAGE)
    if role not in Role.values or role == Role.OWNER:
        raise PermissionDenied
    key = ids.uuid7()
    token = ids.token() + key.hex[-4:]
    invitation = Invitation.objects.create(
        id=key,
        team=team,
        role=role,
        email=email.strip().lower(),
        digest=_digest(token),
        invited_by=actor,
        expires_at=clock.after(LIFE),
    )
    invitation.refresh_from_db()
    audit.record(team, actor, "invitation.created", email or str(invitation.id), role=role)
    return invitation, token


def find(token: str) -> Invitation | None:
    """The invitation that this token opens now, or None."""
    return _open().select_related("team", "invited_by").filter(digest=_digest(token)).first()


def pending(team: Team) -> QuerySet[Invitation]:
    """Not yet used, not revoked, not expired; newest first."""
    return _open().for_team(team).select_related("invited_by").order_by("-id")


@transaction.atomic
def accept(token: str, user: User) -> Membership:
    """Make the user a member and use the invitation up. Raises NotValid.

    A person who is in the team already stays as they are, and an open invitation stays open.
    """
    invitation = _by_token(token)
    if invitation is None:
        raise NotValid(explain(token))
    team = invitation.team
    if member := Membership.objects.for_team(team).filter(user=user).first():
        return member
    if invitation.email and invitation.email != user.email:
        raise NotValid(_("This invitation is for another e-mail address."))
    taken = (
        _open().filter(pk=invitation.pk).update(accepted_at=clock.database_now(), accepted_by=user)
    )
    if not taken:
        raise NotValid(explain(token))
    membership, _created = Membership.objects.get_or_create(
        team=team, user=user, defaults={"role": invitation.role}
    )
    audit.record(team, user, "member.joined", user.email, role=invitation.role)
    return membership


@transaction.atomic
def revoke(invitation: Invitation, actor: User) -> None:
    """Close an open invitation; a closed one stays as it is. Raises PermissionDenied."""
    access.require_in(invitation.team, actor, access.Right.MANAGE)
    if _open().filter(pk=invitation.pk).update(revoked_at=clock.database_now()):
        subject = invitation.email or str(invitation.id)
        audit.record(invitation.team, actor, "invitation.revoked", subject)


@transaction.atomic
def restore(invitation: Invitation, actor: User) -> None:
    """Take a revocation back: the link opens again until it expires. Raises PermissionDenied."""
    access.require_in(invitation.team, actor, access.Right.MANAGE)
    revoked = Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=False)
    if revoked.update(revoked_at=None):
        subject = invitation.email or str(invitation.id)
        audit.record(invitation.team, actor, "invitation.restored", subject)


def explain(token: str) -> str:
    """Why a token opens nothing, as a sentence for the person who holds it."""
    invitation = _by_token(token)
    if invitation is None:
        return _("This is not an invitation of ours. Check that the link is complete.")
    if invitation.accepted_at:
        return _("This invitation has been used. Each link lets one person join.")
    if invitation.revoked_at:
        return _("This invitation was withdrawn. Ask the team for a new one.")
    return _("This invitation has expired. Ask the team for a new one.")


def _open() -> "TeamScoped[Invitation]":
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=clock.database_now()
    )


def _by_token(token: str) -> Invitation | None:
    """Open or closed."""
    return Invitation.objects.select_related("team").filter(digest=_digest(token)).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
