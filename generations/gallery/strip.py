"""Pictures beside the one in view: of the same prompt, or else of the same batch."""

from dataclasses import dataclass

from generations.core import pages
from generations.gallery import counting
from generations.lifecycle.models import Image, Images
from generations.prompts.models import Prompt

SIDE = 5  # pictures on one side, where the other has none
MOST = 7
BATCH = 20


@dataclass(frozen=True)
class Strip:
    """`number` is how many there are in all; None where that is not known."""

    images: list[Image]
    prompt: Prompt | None = None
    number: int | None = None


def strip(images: Images, here: Image) -> Strip | None:
    """None where the picture is alone. `images` are those that the reader sees."""
    if here.prompt is None:
        batch = images.filter(generation__batch=here.generation.batch).order_by("created_at", "pk")
        found = Strip(list(batch[:BATCH]))
    else:
        same = images.filter(prompt=here.prompt)
        found = Strip(_around(same, here), here.prompt, counting.number(same))
    return found if len(found.images) > 1 else None


def _around(same: Images, here: Image) -> list[Image]:
    """Newest first, with the one in view in the middle as far as there are others."""
    above = same.filter(pages.following(here, "created_at")).order_by("created_at", "pk")
    below = same.filter(pages.following(here, "-created_at")).order_by("-created_at", "-pk")
    newer, older = list(above[: MOST - 1])[::-1], list(below[: MOST - 1])
    first = max(len(newer) - max(MOST // 2, MOST - 1 - len(older)), 0)
    return [*newer[first:], here, *older][:MOST]
