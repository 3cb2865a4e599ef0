"""A finished picture in the store and in the database, without an upstream."""

from typing import Any

from django.db import transaction

from generations.credits import ledger
from generations.lifecycle.admit import Order, admit
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.pictures import keep, take
from generations.lifecycle.states import Status
from generations.providers.catalogue import Spec
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.lifecycle import hostile


def keep_picture(team: Team, author: User, content: bytes = b"", **fields: Any) -> Image:
    """The author's picture with these bytes, or a plain PNG; `fields` are the Image's."""
    spec = Spec("a lighthouse", 640, 512, "flux-pro", "standard", "flux-pro")
    membership = Membership.objects.get(team=team, user=author)
    [generation] = admit(Order(membership, Mode.TEST, spec)).generations
    Generation.objects.filter(pk=generation.pk).update(status=Status.COMPLETED, charged=10)
    assert generation.hold
    with transaction.atomic():
        ledger.settle(generation.hold, 10)
    image = keep(generation, take(content or hostile.picture((640, 512))))
    for name, value in fields.items():
        setattr(image, name, value)
    image.save()
    return image
