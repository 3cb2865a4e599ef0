"""The record of administrative acts."""

from generations.teams.models import AuditEntry, Team, User

SUBJECT_LENGTH = AuditEntry._meta.get_field("subject").max_length or 0


def record(
    team: Team, actor: User | None, action: str, subject: str = "", **detail: object
) -> AuditEntry:
    """Write down one act, in the caller's transaction. `actor` is None for the operator.

    `action` is a stable code such as "invitation.created"; `detail` must fit JSON and never holds
    a secret.
    """
    return AuditEntry.objects.create(
        team=team, actor=actor, action=action, subject=subject[:SUBJECT_LENGTH], detail=detail
    )
