"""A generation's rows, one file per noun."""

from generations.lifecycle.models.generation import Attempt, Batch, Generation, Generations
from generations.lifecycle.models.history import IdempotencyRecord, Transition
from generations.lifecycle.models.image import Image, Images
from generations.lifecycle.models.reckoning import (
    Balance,
    Difference,
    DifferenceKind,
    Reconciliation,
)
from generations.lifecycle.models.series import Series

__all__ = [
    "Attempt",
    "Balance",
    "Batch",
    "Difference",
    "DifferenceKind",
    "Generation",
    "Generations",
    "IdempotencyRecord",
    "Image",
    "Images",
    "Reconciliation",
    "Series",
    "Transition",
]
