"""One breach of one rule."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    rule: str
    subject: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject}: {self.sentence}"
