"""Pictures drawn from a prompt, the same ones every time."""

from random import Random

from PIL import Image

__all__ = ["draw"]


def draw(prompt: str, width: int, height: int, version: str, seed: int) -> Image.Image:
    """A picture of this size in pixels, mode RGB; equal arguments give an equal picture."""
    random = Random(f"{prompt}|{version}|{seed}")  # noqa: S311  # the same every time
    return Image.new("RGB", (width, height), random.choice(["#335577", "#aa6644", "#557744"]))
