"""Taking a finished picture in: download, decode, store; then charge, all in one transaction."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from generations.core import clock, http
from generations.credits import ledger
from generations.lifecycle import decoding, moves, pictures
from generations.lifecycle.finish import cost_of, fail, lose
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Failure, Status
from generations.providers import registry

DOWNLOAD_SECONDS = 30.0
# Seconds before the next try, by how many failed; then the last one until the deadline.
BACK_OFF = [2, 5, 15, 60, 300]
# A "not found" may be a picture still on its way to the upstream's file server.
NOT_FOUND_TRIES = 3


class Unfetchable(Exception):
    """The picture cannot be had: not now (`failure` is None) or not at all."""

    def __init__(self, failure: Failure | None) -> None:
        super().__init__(failure)
        self.failure = failure


def store(generation_id: UUID | str) -> None:
    """Fetch and keep the picture of one generation. Safe to run twice, and at the same time."""
    if not _take_lease(generation_id):
        return
    related = ("upstream_key", "hold__account", "team", "batch__prompt_version")
    generation = Generation.objects.select_related(*related).get(pk=generation_id)
    try:
        taken = pictures.take(_download(generation))
    except Unfetchable as trouble:
        _give_up(generation, trouble.failure)
    except pictures.BadImage as trouble:
        _give_up(generation, Failure.BAD_IMAGE, str(trouble))
    else:
        with transaction.atomic():
            _complete(generation, taken)


def storing() -> QuerySet[Generation]:
    """Finished upstream and not yet taken in."""
    return Generation.objects.filter(status=Status.STORING)


def late() -> QuerySet[Generation]:
    """Given up, and then finished upstream after all: a failed one that has a deadline."""
    return Generation.objects.filter(status=Status.FAILED, deadline__isnull=False)


def give_up_lost(generation: Generation) -> bool:
    return _end(generation, Failure.LOST)


def give_up_crashed(generation: Generation) -> bool:
    return _end(generation, Failure.CRASHED)


def _take_lease(generation_id: UUID | str) -> bool:
    free = Q(lease_until=None) | Q(lease_until__lt=clock.database_now())
    lease = clock.after(settings.DEADLINES["storing_lease"])
    return any(
        rows.filter(free, pk=generation_id).update(lease_until=lease, tries=F("tries") + 1)
        for rows in (storing(), late())
    )


def _download(generation: Generation) -> bytes:
    key = generation.upstream_key
    hosts = registry.get(key.provider).result_hosts(key.base_url)
    try:
        answer = http.request(
            "GET",
            generation.result_url,
            hosts=hosts,
            max_bytes=decoding.MAX_BYTES,
            total_timeout=DOWNLOAD_SECONDS,
        )
    except http.NotAllowed as error:
        raise Unfetchable(Failure.BAD_URL) from error
    except http.TooLong as error:
        raise Unfetchable(Failure.BAD_IMAGE) from error
    except http.HttpError as error:
        raise Unfetchable(None) from error
    if answer.status == 200:
        return answer.body
    gone = answer.status in {404, 410} and generation.tries >= NOT_FOUND_TRIES
    refused = 300 <= answer.status < 500 and answer.status not in {404, 408, 410, 425, 429}
    raise Unfetchable(Failure.LOST if gone or refused else None)


def _give_up(generation: Generation, failure: Failure | None, message: str = "") -> None:
    """End it where the picture can never be had; else let go of the lease and come back later."""
    if failure is not None:
        with transaction.atomic():
            _end(generation, failure, message)
        return
    pause = BACK_OFF[min(generation.tries, len(BACK_OFF)) - 1]
    for rows in (storing(), late()):
        rows.filter(pk=generation.pk).update(lease_until=None, due_at=clock.after(pause))


def _end(generation: Generation, failure: Failure, message: str = "") -> bool:
    """Fail it, or give up on a late one; what the upstream billed is our loss either way."""
    if generation.status != Status.FAILED:
        return fail(generation, failure, message)
    ended = late().filter(pk=generation.pk).update(lease_until=None, deadline=None)
    if ended:
        lose(generation, _("Late, and could not be fetched"))
    return ended == 1


def _complete(generation: Generation, taken: pictures.Taken) -> None:
    late = generation.status == Status.FAILED
    charged = 0 if late or generation.hold is None else min(cost_of(generation), generation.most)
    moved = moves.move(
        generation,
        Status.COMPLETED,
        _("Arrived late, not charged") if late else "",
        charged=charged,
        is_late=late,
        finished_at=clock.database_now(),
    )
    if not moved:
        return
    pictures.keep(generation, taken)
    if late:
        lose(generation, _("Arrived late, not charged"))
    elif generation.hold:
        ledger.settle(generation.hold, cost_of(generation))
