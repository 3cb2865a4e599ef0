"""Who may do what: the one place."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from generations.teams.models import Membership, Role, Team, User

P = ParamSpec("P")
LAST_TEAM = "team"  # a cookie, set by the middleware


class TeamRequest(HttpRequest):
    """A request below `/t/<team>/`, after TeamMiddleware. For type checkers: never constructed."""

    user: User
    team: Team
    membership: Membership
    asked_at: float  # seconds since the epoch: before the membership was read
    htmx: HtmxDetails


class Right(Enum):
    READ = "read"  # gallery, prompts, queue, reports of the team
    SPEND = "spend"  # generate, cancel one's own, save prompts, make API keys
    MANAGE = "manage"  # members, shared keys, everybody's jobs
    OWN = "own"  # what only an owner may


RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.ADMIN: frozenset({Right.READ, Right.SPEND, Right.MANAGE}),
    Role.MEMBER: frozenset({Right.READ, Right.SPEND}),
    Role.REVIEWER: frozenset({Right.READ}),
}


def can(membership: Membership, right: Right) -> bool:
    return right in RIGHTS[membership.role]


def sees_all_spend(membership: Membership) -> bool:
    """Everybody sees their own spend; who leads or reviews sees the team's."""
    return membership.role != Role.MEMBER


def require(membership: Membership, right: Right) -> None:
    """Raises PermissionDenied (403) where the role does not reach."""
    if not can(membership, right):
        raise PermissionDenied


def require_in(team: Team, actor: User, right: Right) -> Membership:
    """For doors, which know a person and not a request. Raises PermissionDenied."""
    membership = Membership.objects.for_team(team).filter(user=actor).first()
    if membership is None:
        raise PermissionDenied
    require(membership, right)
    return membership


def needs(
    right: Right,
) -> Callable[
    [Callable[Concatenate[TeamRequest, P], HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """Decorates a view below `/t/<team>/` with the right that it takes.

    The view receives the request without the path's `team`: it is `request.team`.
    """

    def decorate(
        view: Callable[Concatenate[TeamRequest, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def checked(request: TeamRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            kwargs.pop("team", None)
            require(request.membership, right)
            return view(request, *args, **kwargs)

        checked.right = right  # type: ignore[attr-defined]
        return checked

    return decorate


def membership_of(user: Any, slug: str) -> Membership:
    """The user's membership in the team of this slug. Raises Http404: strangers learn nothing."""
    membership = (
        Membership.objects.select_related("team", "user").filter(user=user, team__slug=slug).first()
    )
    if membership is None:
        raise Http404
    return membership


def last_membership(request: HttpRequest) -> Membership | None:
    """In the team whose page the person looked at last, else in the one they joined last."""
    rows = Membership.objects.filter(user=request.user.pk).select_related("team", "user")
    looked_at = rows.filter(team__slug=request.COOKIES.get(LAST_TEAM, ""))
    return looked_at.first() or rows.order_by("-id").first()


def operator(request: HttpRequest) -> User:
    """Who asks, if they run the hub. Raises Http404 for anybody else, who learns nothing."""
    person: User = get_object_or_404(User, pk=request.user.pk, is_staff=True)
    return person
