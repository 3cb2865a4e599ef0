"""What the page shows to the live process in place of its session."""

from typing import NamedTuple
from uuid import UUID

from django.core import signing

SALT = "generations.live"
MAX_AGE = 3600  # seconds


class BadToken(ValueError):
    """Forged, altered or too old."""


class TeamToken(NamedTuple):
    team_id: UUID
    user_id: UUID


def make(team_id: UUID, user_id: UUID) -> str:
    """A signed value, good for an hour, that lets a user listen to a team's news."""
    return signing.dumps([team_id.hex, user_id.hex], salt=SALT)


def read(token: str) -> TeamToken:
    """Raises BadToken."""
    try:
        team_id, user_id = signing.loads(token, salt=SALT, max_age=MAX_AGE)
        return TeamToken(UUID(team_id), UUID(user_id))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
