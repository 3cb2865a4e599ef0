"""One look at the library: which prompts are wanted, how many there are, and a page of them."""

from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet
from django.http import QueryDict

from generations.core.pages import Page, keyset
from generations.prompts import library
from generations.prompts.models import Prompt
from generations.teams.models import Team, User

PAGE = 30
ME = "me"


@dataclass(frozen=True)
class Wanted:
    """What narrows the library; the archive is a shelf of its own."""

    words: str = ""
    is_mine: bool = False
    is_archived: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        return cls(
            words=query.get("q", "").strip()[:100],
            is_mine=query.get("by") == ME,
            is_archived="archived" in query,
        )

    @property
    def is_everything(self) -> bool:
        return self == Wanted()

    def among(self, team: Team, reader: User) -> QuerySet[Prompt]:
        author = reader if self.is_mine else None
        return library.shelf(team, words=self.words, author=author, is_archived=self.is_archived)


@dataclass(frozen=True)
class Shelf:
    wanted: Wanted
    page: Page[Prompt]
    count: int  # of all pages


def look(team: Team, reader: User, query: QueryDict) -> Shelf:
    """Raises BadCursor."""
    wanted = Wanted.from_query(query)
    rows = wanted.among(team, reader)
    return Shelf(wanted, keyset(rows, query.get("after"), PAGE), rows.count())
