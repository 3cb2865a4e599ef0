"""Generations in a given state for tests of pages, without an upstream."""

from django.db import transaction

from generations.core import clock
from generations.credits import ledger
from generations.lifecycle import moves
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.finish import give_back
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.pictures import Taken, keep
from generations.lifecycle.states import Failure, Status
from generations.providers.contract import Spec
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode


def ask(team: Team, user: User, prompt: str = "A hill", **changes: object) -> list[Generation]:
    """Admitted and waiting."""
    size = {"width": 896, "height": 1120, "version": "flux-pro-1.1", "quality": "standard"}
    for name in size:
        size[name] = changes.pop(name, size[name])
    spec = Spec(prompt=prompt, service="flux-pro", **size)  # type: ignore[arg-type]
    membership = Membership.objects.select_related("team", "user").get(user=user, team=team)
    order = {"membership": membership, "mode": Mode.TEST, "spec": spec} | changes
    return list(admit(Order(**order)).generations)  # type: ignore[arg-type]


def send(generation: Generation) -> Generation:
    """At the upstream, which draws."""
    assert moves.move(generation, Status.SUBMITTING, claimed_at=clock.database_now())
    assert moves.move(generation, Status.PROCESSING)
    generation.refresh_from_db()
    return generation


def finish(generation: Generation) -> Image:
    """Drawn, charged the likely price, in the gallery. It has no files."""
    send(generation)
    assert generation.hold
    with transaction.atomic():
        moves.move(generation, Status.STORING)
        ledger.settle(generation.hold, generation.likely)
        moves.move(
            generation,
            Status.COMPLETED,
            charged=generation.likely,
            finished_at=clock.database_now(),
        )
    taken = Taken("0" * 64, "png", generation.width, generation.height, 1000, "#806771")
    return keep(generation, taken)


def fail(generation: Generation, message: str = "No such style") -> None:
    send(generation)
    with transaction.atomic():
        moves.move(
            generation,
            Status.FAILED,
            failure=Failure.REFUSED,
            message=message,
            finished_at=clock.database_now(),
        )
        give_back(generation, "Failed")
