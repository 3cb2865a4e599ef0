"""From the click to the picture and the charge, over real HTTP to the upstream."""

import pytest

from generations.credits.limits import now
from generations.credits.models import Entry
from generations.lifecycle.models import Image
from generations.lifecycle.states import Status
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.engine import run_to_end
from tests.lifecycle.conftest import Ask
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_prompt_becomes_a_picture_and_a_charge(
    ask: Ask, alice: User, team: Team, sandbox: Sandbox
) -> None:
    [generation] = ask(alice, "a hill at dusk")
    run_to_end(generation)
    assert generation.status == Status.COMPLETED
    assert generation.charged == 10
    image = Image.objects.get(generation=generation)
    assert (image.width, image.height) == (512, 512)
    kinds = (
        Entry.objects.filter(reference=generation.pk)
        .order_by("id")
        .values_list("kind", "posted", "held")
    )
    assert list(kinds) == [("hold", 0, 20), ("settle", -10, -20)]
    standing = now(Membership.objects.get(user=alice, team=team), Mode.TEST)
    assert (standing.spent, standing.reserved, standing.left_today) == (10, 0, 990)
    assert len(sandbox.log("creation")) == 1
