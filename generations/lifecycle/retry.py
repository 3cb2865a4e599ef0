"""Trying again: a new generation that names the failed one."""

from generations.lifecycle.admit import Order, admit
from generations.lifecycle.models import Generation
from generations.teams.models import Membership
from generations.teams.modes import Mode


def retry(generation: Generation, membership: Membership) -> Generation:
    """Ask for the same picture once more, at the asker's expense. Raises what admit() raises."""
    batch = generation.batch
    order = Order(
        membership=membership,
        mode=Mode(generation.mode),
        spec=generation.spec,
        template=batch.template,
        values=batch.values,
        project=generation.project,
        prompt_version=batch.prompt_version,
        retry_of=generation,
    )
    return admit(order).generations[0]
