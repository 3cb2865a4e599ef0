"""Who calls: one function for both headers on both endpoints, so that none is the laxer one."""

from dataclasses import dataclass

from django.http import HttpRequest

from generations.api import errors
from generations.core.prepared import Blank, Prepared
from generations.keys import issued
from generations.keys.models import ApiKey
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode

LONGEST = 200


@dataclass(frozen=True)
class Caller:
    """A script with its key, acting as the member who made the key."""

    api_key: ApiKey
    membership: Membership

    @property
    def mode(self) -> Mode:
        """A key for practice reaches only practice, a live one only what is live."""
        return Mode(self.api_key.mode)


class ApiRequest(HttpRequest):
    """A request that passed the gate. For type checkers: never constructed."""

    caller: Caller


def identify(request: HttpRequest) -> Caller:
    """Raises ApiError (401), which is the same whatever is wrong with the key."""
    text = _credential(request)
    api_key = issued.authenticate(text) if text else None
    if api_key is None:
        raise errors.unauthorized()
    membership = MEMBER.first(team=api_key.team_id, user=api_key.user_id)
    if membership is None:
        raise errors.unauthorized()
    membership.team, membership.user = api_key.team, api_key.user
    return Caller(api_key, membership)


MEMBER = Prepared(
    lambda: Membership.objects.filter(
        team=Blank("team", Team._meta.pk), user=Blank("user", User._meta.pk)
    )
)


def _credential(request: HttpRequest) -> str:
    """The one key that was sent, or "". Two different ones would make the choice a loophole."""
    sent = {request.headers.get("X-API-Key", "").strip()}
    scheme, _space, rest = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":  # other schemes are for a proxy on the way
        sent.add(rest.strip())
    sent.discard("")
    if len(sent) != 1:
        return ""
    text = sent.pop()
    is_plain = len(text) <= LONGEST and text.isascii() and text.isprintable()
    return text if is_plain else ""
