"""A generation as it is on the wire: the same members by REST and by GraphQL."""

from typing import Any

from generations.api.auth import Caller
from generations.api.errors import instant
from generations.lifecycle import links
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.states import Failure, Status, Wait
from generations.teams.models import Waits

PROCESSING = "processing"


def accepted(generation: Generation) -> dict[str, Any]:
    """The answer to the request that made it, from nothing that changes later.

    So a repeated Idempotency-Key gets the first answer to the letter, however far the generation
    is by then; how it stands is for polling to say.
    """
    return _members(
        generation, status=PROCESSING, stage=Status.QUEUED, cost=generation.likely, size=generation
    )


def current(generation: Generation, caller: Caller) -> dict[str, Any]:
    """How it stands now. Whatever is not final is `processing`; the finer stage is in metadata."""
    image = _image(generation)
    size: Generation | Image = image or generation
    members = _members(
        generation,
        status=generation.status if generation.is_final else PROCESSING,
        stage=generation.status,
        cost=(generation.charged or 0) if generation.is_final else generation.likely,
        size=size,
        url=links.result_url(image, caller.api_key) if image else None,
    )
    if generation.status == Status.QUEUED and generation.hold_id is None:
        members["metadata"] |= _waiting(generation)
    return members


def _waiting(generation: Generation) -> dict[str, str | None]:
    """What it waits for that holds no credits yet, and when that comes, where it is known."""
    if generation.wait == Wait.WALLET:
        return {"waitsFor": Waits.CREDIT, "startsAt": None}
    starts = instant(generation.due_at) if generation.due_at else None
    return {"waitsFor": Waits.RESET, "startsAt": starts}


def _members(
    generation: Generation,
    *,
    status: str,
    stage: str,
    cost: int,
    size: Generation | Image,
    url: str | None = None,
) -> dict[str, Any]:
    is_final = status != PROCESSING
    finished = generation.finished_at if is_final else None
    return {
        "id": str(generation.pk),
        "status": status,
        "type": "IMAGE",
        "service": generation.service,
        "provider": generation.service,
        "url": url,
        "width": size.width,
        "height": size.height,
        "duration": None,
        "metadata": {
            "stage": stage,
            "duration": None,
            "width": size.width,
            "height": size.height,
        },
        "creditCost": cost,
        "webhookUrl": generation.webhook_url or None,
        "createdAt": instant(generation.created_at),
        "completedAt": instant(finished) if finished else None,
        "error": _error(generation) if status == Status.FAILED else None,
    }


def _image(generation: Generation) -> Image | None:
    """None while there is none, and again when it is in the trash."""
    if generation.status != Status.COMPLETED:
        return None
    return Image.objects.filter(generation=generation, trashed_at=None).first()


def _error(generation: Generation) -> dict[str, str]:
    failure = Failure(generation.failure)
    return {"code": failure.upper(), "message": generation.message or str(failure.label)}
