"""Trying again: a new generation that names the failed one."""

from django.db import transaction

from generations.lifecycle.admit import Admission, Order, admit
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams.models import Membership, Waits
from generations.teams.modes import Mode


def retry(generation: Generation, membership: Membership, waits_for: str = "") -> Admission:
    """Ask for the same picture once more, at the asker's expense. Raises what admit() raises.

    Where it does not fit now it may wait for this (one of Waits); empty: as the team has set it.
    What they ask for twice, in two windows, is one: while theirs goes on, or made the picture, it
    is given back as replayed. Lock order: the generation, then as admit() has it.
    """
    with transaction.atomic():
        Generation.objects.select_for_update(no_key=True).get(pk=generation.pk)
        theirs = generation.retries.filter(author=membership.user).order_by("id")
        if known := theirs.exclude(status__in=[Status.FAILED, Status.CANCELLED]).first():
            return Admission([known], replayed=True)
        return admit(order_again(generation, membership, waits_for))


def order_again(generation: Generation, membership: Membership, waits_for: str = "") -> Order:
    """It goes on standing in its series, but for somebody else's: that has one payer."""
    batch = generation.batch
    waits = waits_for or membership.team.waits_for
    is_own = batch.author_id == membership.user_id
    return Order(
        membership=membership,
        mode=Mode(generation.mode),
        spec=generation.spec,
        template=batch.template,
        values=batch.values,
        project=generation.project,
        prompt_version=batch.prompt_version,
        style=batch.style,
        retry_of=generation,
        series=batch.series if is_own else None,
        may_wait=waits != Waits.NOTHING,
        may_wait_for_credit=waits == Waits.CREDIT,
    )
