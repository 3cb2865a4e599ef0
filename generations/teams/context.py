"""What every template may know of the team."""

from typing import Any

from django.http import HttpRequest

from generations.teams.access import RIGHTS


def team(request: HttpRequest) -> dict[str, Any]:
    """`team`, `membership` and `rights` (names such as "spend"), below `/t/<team>/` only."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    rights = {right.value for right in RIGHTS[membership.role]}
    return {"team": membership.team, "membership": membership, "rights": rights}
