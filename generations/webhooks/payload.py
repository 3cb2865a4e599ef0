"""The notice itself, as the upstream's own page words it, so that a receiver fits both."""

import json
from datetime import UTC, datetime
from typing import Any

from generations.lifecycle import links
from generations.lifecycle.models import Generation, Image, Transition
from generations.lifecycle.states import Failure, Status


def encode(transition: Transition) -> bytes:
    """The body for one final transition: compact UTF-8 JSON."""
    notice = _notice(transition, transition.generation)
    return json.dumps(notice, ensure_ascii=False, separators=(",", ":")).encode()


def _notice(transition: Transition, generation: Generation) -> dict[str, Any]:
    image, charged = None, 0
    if transition.target == Status.COMPLETED:
        image = Image.objects.filter(generation=generation, trashed_at=None).first()
        charged = generation.charged or 0  # whatever became of the picture
    size: Image | Generation = image or generation
    url = links.result_url(image, generation.api_key) if image and generation.api_key else None
    notice: dict[str, Any] = {
        "id": str(generation.pk),
        "status": transition.target,
        "url": url,
        "service": generation.service,
        "createdAt": _text(generation.created_at),
        "completedAt": _text(generation.finished_at or transition.at),
        "metadata": {"duration": None, "width": size.width, "height": size.height},
        "creditCost": charged,
    }
    if transition.target == Status.FAILED:
        notice["error"] = _error(generation)
    return notice


def _error(generation: Generation) -> dict[str, str]:
    failure = Failure(generation.failure)
    return {"code": failure.upper(), "message": generation.message or str(failure.label)}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
