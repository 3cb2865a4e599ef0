"""Taking a picture in: untrusted bytes become an original and its display versions in the store.

The bytes are decoded in a forked child with little memory and little time, because a decoder is
where hostile files do their work. The child is made by os.fork: the queue's workers are daemonic
and may not use multiprocessing, and an interpreter of its own would cost a hundred times more.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass

from generations.core import blobs
from generations.lifecycle import confined
from generations.lifecycle.decoding import (
    FORMATS,
    MAX_BYTES,
    MAX_SIDE,
    WIDTHS,
    NotTaken,
    Reason,
    decode,
)
from generations.lifecycle.models import Generation, Image
from generations.providers.catalogue import nearest

VARIANTS = tuple(WIDTHS)
COLOUR = re.compile(r"#[0-9a-f]{6}")


class BadImage(Exception):
    """The bytes are not a picture we accept; the text says why, for people."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason.label)


@dataclass(frozen=True)
class Taken:
    """What an Image row records: the picture as it came, not as it was asked for."""

    sha256: str
    format: str
    width: int
    height: int
    size: int
    colour: str


def take(content: bytes) -> Taken:
    """Put these bytes and their display versions into the store, by content address.

    Another size than was asked for is accepted, the answer says which it is. Takes up to
    confined.SECONDS, opens no transaction, and is safe to repeat. Raises BadImage.
    """
    if len(content) > MAX_BYTES:
        raise BadImage(Reason.TOO_MANY_BYTES)
    answer = confined.run(lambda: _packed(content))
    if answer is None:
        raise BadImage(Reason.TOO_COSTLY)
    taken, versions = _unpacked(answer, content)
    image = Image(sha256=taken.sha256, format=taken.format)
    files = versions | {"original": content}
    blobs.put({image.file_name(variant): each for variant, each in files.items()})
    return taken


def keep(generation: Generation, taken: Taken) -> Image:
    """The row of the generation's picture, whose bytes were taken."""
    batch = generation.batch
    return Image.objects.create(
        generation=generation,
        team=generation.team,
        author_id=generation.author_id,
        mode=generation.mode,
        project_id=generation.project_id,
        prompt_id=batch.prompt_version.prompt_id if batch.prompt_version else None,
        style_id=batch.style_id,
        version=generation.version,
        shape=nearest(taken.width, taken.height).ratio,
        **asdict(taken),
    )


def _packed(content: bytes) -> bytes:
    """In the child: one line of JSON, then the display versions one after another."""
    try:
        decoded = decode(content)
    except NotTaken as refusal:
        return json.dumps({"refused": refusal.reason}).encode() + b"\n"
    head = {
        "format": decoded.format,
        "width": decoded.width,
        "height": decoded.height,
        "colour": decoded.colour,
        "sizes": [len(decoded.versions[variant]) for variant in VARIANTS],
    }
    return b"".join((json.dumps(head).encode(), b"\n", *decoded.versions.values()))


def _unpacked(answer: bytes, content: bytes) -> tuple[Taken, dict[str, bytes]]:
    """In the parent, which trusts a child that met hostile bytes no further than their sender."""
    try:
        line, versions = answer.split(b"\n", 1)
        head = json.loads(line)
        if "refused" in head:
            raise BadImage(Reason(head["refused"]))
        size = int(head["width"]), int(head["height"])
        is_sound = (
            head["format"] in FORMATS.values()
            and 1 <= min(size) <= max(size) <= MAX_SIDE
            and COLOUR.fullmatch(head["colour"])
            and sum(head["sizes"]) == len(versions)
        )
        if not is_sound:
            raise BadImage(Reason.DAMAGED)
        parts = {}
        for variant, length in zip(VARIANTS, head["sizes"], strict=True):
            parts[variant], versions = versions[:length], versions[length:]
    except (ValueError, KeyError, TypeError) as error:
        raise BadImage(Reason.DAMAGED) from error
    taken = Taken(
        sha256=hashlib.sha256(content).hexdigest(),
        format=head["format"],
        width=size[0],
        height=size[1],
        size=len(content),
        colour=head["colour"],
    )
    return taken, parts
