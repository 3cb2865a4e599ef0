"""What one asked for lately, in figures: the head of the Create page."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, Sum

from generations.lifecycle import desk
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams.models import Membership
from generations.teams.modes import Mode


@dataclass(frozen=True)
class Spend:
    """Credits that were charged in one mode: practice is never mixed into real spend."""

    mode: Mode
    charged: int


@dataclass(frozen=True)
class Session:
    """Sums over the batches that are on the desk; `held` in credits at this moment."""

    batches: list[UUID]
    asked: int
    finished: int
    held: int
    spends: list[Spend]


def session(membership: Membership) -> Session:
    """Two queries."""
    batches = list(desk.recent(membership).values_list("pk", flat=True))
    sums = (
        Generation.objects.for_team(membership.team)
        .filter(batch__in=batches)
        .values("mode")
        .annotate(
            asked=Count("id"),
            finished=Count("id", filter=Q(status=Status.COMPLETED)),
            charged=Sum("charged", default=0),
            held=Sum("most", filter=Q(hold__resolved_at=None, hold__isnull=False), default=0),
        )
        .order_by("mode")
    )
    rows = list(sums)
    return Session(
        batches=batches,
        asked=sum(row["asked"] for row in rows),
        finished=sum(row["finished"] for row in rows),
        held=sum(row["held"] for row in rows),
        spends=[Spend(Mode(row["mode"]), row["charged"]) for row in rows if row["charged"]],
    )
