"""Prompts and pictures by their words, few and fast: what more there is, their own pages find."""

from dataclasses import dataclass

from generations.gallery.finding import Wanted, visible
from generations.lifecycle.models import Image
from generations.prompts import library
from generations.prompts.models import Prompt
from generations.teams.models import Membership

SHORTEST = 2  # characters: one letter is in everything
PROMPTS = 5
PICTURES = 6


@dataclass(frozen=True)
class Found:
    words: str
    prompts: list[Prompt]
    pictures: list[Image]

    @property
    def is_nothing(self) -> bool:
        """Although it was looked for."""
        return len(self.words) >= SHORTEST and not (self.prompts or self.pictures)


def find(membership: Membership, words: str) -> Found:
    """Of the team's, what the member may see; two queries, or none for less than two letters."""
    if len(words) < SHORTEST:
        return Found(words, [], [])
    team = membership.team
    images = visible(team, membership.user).order_by("-created_at", "-pk")
    pictures = Wanted(membership, words=words).worded(images)
    return Found(
        words,
        list(library.shelf(team, words=words)[:PROMPTS]),
        list(
            pictures.select_related("author", "generation").order_by("-created_at", "-pk")[
                :PICTURES
            ]
        ),
    )
