"""Pictures drawn from a prompt, the same ones every time."""

from generations.sandbox.pictures.draw import draw

__all__ = ["draw"]
