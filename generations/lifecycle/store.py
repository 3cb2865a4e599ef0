"""Taking a finished picture in: download, decode, store; then charge, all in one transaction."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from generations.core import clock, http
from generations.credits import ledger
from generations.keys import upstream
from generations.lifecycle import moves, pictures
from generations.lifecycle.finish import cost_of, fail, lose
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.states import Failure, Status
from generations.providers import registry

MOST_BYTES = 30 * 1024 * 1024
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
    generation = Generation.objects.select_related("upstream_key", "hold__account", "team").get(
        pk=generation_id
    )
    try:
        taken = pictures.take(_download(generation))
    except Unfetchable as trouble:
        _give_up(generation, trouble.failure)
    except pictures.BadImage as trouble:
        _give_up(generation, Failure.BAD_IMAGE, str(trouble))
    else:
        with transaction.atomic():
            _complete(generation, taken)


def storable() -> Q:
    """Finished upstream and not yet taken in; a failed one with a deadline is a late picture."""
    return Q(status=Status.STORING) | Q(status=Status.FAILED, deadline__isnull=False)


def _take_lease(generation_id: UUID | str) -> bool:
    free = Q(lease_until=None) | Q(lease_until__lt=clock.database_now())
    rows = Generation.objects.filter(storable() & free, pk=generation_id)
    lease = clock.after(settings.DEADLINES["storing_lease"])
    return rows.update(lease_until=lease, tries=F("tries") + 1) == 1


def _download(generation: Generation) -> bytes:
    key = generation.upstream_key
    hosts = registry.get(key.provider).result_hosts(upstream.connection(key))
    try:
        answer = http.request(
            "GET",
            generation.result_url,
            hosts=hosts,
            max_bytes=MOST_BYTES,
            total_timeout=DOWNLOAD_SECONDS,
        )
    except http.NotAllowed as error:
        raise Unfetchable(Failure.BAD_URL) from error
    except http.HttpError as error:
        raise Unfetchable(None) from error
    if answer.status == 200:
        return answer.body
    gone = answer.status in {404, 410} and generation.tries >= NOT_FOUND_TRIES
    refused = 300 <= answer.status < 500 and answer.status not in {404, 408, 410, 425, 429}
    raise Unfetchable(Failure.LOST if gone or refused else None)


def _give_up(generation: Generation, failure: Failure | None, message: str = "") -> None:
    """Fail it where it can never be had; else let go of the lease and come back later."""
    rows = Generation.objects.filter(storable(), pk=generation.pk)
    if failure is None:
        pause = BACK_OFF[min(generation.tries, len(BACK_OFF)) - 1]
        rows.update(lease_until=None, due_at=clock.after(pause))
    elif generation.status == Status.FAILED:
        with transaction.atomic():
            if rows.update(lease_until=None, deadline=None):
                lose(generation, _("Late, and could not be fetched"))
    else:
        with transaction.atomic():
            fail(generation, failure, message)


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
    Image.objects.create(
        generation=generation,
        team=generation.team,
        author_id=generation.author_id,
        mode=generation.mode,
        sha256=taken.sha256,
        format=taken.format,
        width=taken.width,
        height=taken.height,
        size=taken.size,
        colour=taken.colour,
    )
    if late:
        lose(generation, _("Arrived late, not charged"))
    elif generation.hold:
        ledger.settle(generation.hold, cost_of(generation))
