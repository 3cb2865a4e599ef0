"""What every template may know of the reader's teams."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from generations.teams.access import RIGHTS
from generations.teams.models import Membership


def team(request: HttpRequest) -> dict[str, Any]:
    """What `frame_of` gives and `asked_at` (milliseconds), below `/t/<team>/` only.

    `memberships` are all of the reader's, asked for where a template first wants them.
    """
    membership = getattr(request, "membership", None)
    return {
        "memberships": cache(lambda: memberships_of(request.user.pk)),
        **(frame_of(membership) if membership else {}),
        "asked_at": str(round(1000 * getattr(request, "asked_at", 0))),
    }


def frame_of(membership: Membership | None) -> dict[str, Any]:
    """`team`, `membership` and `rights` (names such as "spend"): what a page stands in."""
    if membership is None:
        return {}
    rights = {right.value for right in RIGHTS[membership.role]}
    return {"team": membership.team, "membership": membership, "rights": rights}


def memberships_of(user: Any) -> list[Membership]:
    """Of the user with this key, by the names of the teams."""
    rows = Membership.objects.filter(user=user).select_related("team")
    return list(rows.order_by("team__name"))
