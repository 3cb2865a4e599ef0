"""The ledger's entries behind each figure, and the picture behind each entry."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet, Sum

from generations.credits.models import Account, AccountKind, Entry, EntryKind
from generations.lifecycle.models import Generation
from generations.teams.models import Team, User


@dataclass(frozen=True)
class Filter:
    """Which entries of a team's wallets; what is None does not narrow."""

    mode: str | None
    kind: str | None = EntryKind.SETTLE
    first: date | None = None
    last: date | None = None
    user: UUID | None = None
    reference: UUID | None = None
    project: UUID | None = None


@dataclass(frozen=True)
class Line:
    """An entry, and the generation that it was for, where the reader may see it."""

    entry: Entry
    generation: Generation | None
    is_hidden: bool

    @property
    def credits(self) -> int:
        """What it moved: charged or granted, or for a hold what it promised."""
        kind = self.entry.kind
        if kind == EntryKind.SETTLE:
            return -self.entry.posted
        return self.entry.held if kind in {EntryKind.HOLD, EntryKind.RELEASE} else self.entry.posted

    @property
    def image_id(self) -> UUID | None:
        image = getattr(self.generation, "image", None)
        return image.pk if image and not image.trashed_at else None


def find(team: Team, wanted: Filter) -> QuerySet[Entry]:
    """Newest first."""
    narrow = {
        "kind": wanted.kind,
        "day__gte": wanted.first,
        "day__lte": wanted.last,
        "user": wanted.user,
        "reference": wanted.reference,
        "project": wanted.project,
    }
    wallets = Account.objects.for_team(team).filter(kind=AccountKind.WALLET)
    if wanted.mode:
        wallets = wallets.filter(mode=wanted.mode)
    rows = Entry.objects.filter(account__in=wallets)
    rows = rows.filter(**{name: value for name, value in narrow.items() if value is not None})
    return rows.select_related("user", "project", "account").order_by("-id")


def charged(rows: QuerySet[Entry]) -> int:
    """The sum of the charges among these entries, in credits."""
    charges = rows.order_by().filter(kind=EntryKind.SETTLE)
    return -(charges.aggregate(sum=Sum("posted"))["sum"] or 0)


def lines(team: Team, reader: User, rows: Iterable[Entry]) -> list[Line]:
    """Two queries, however many rows. What its maker keeps private stays so in a report."""
    entries = list(rows)
    references = [entry.reference for entry in entries if entry.reference]
    found = Generation.objects.for_team(team).select_related("image").in_bulk(references)
    return [_line(entry, found.get(entry.reference), reader) for entry in entries]


def stream(team: Team, reader: User, rows: QuerySet[Entry], size: int = 500) -> Iterator[Line]:
    """All of them, a page's worth in memory."""
    entries = rows.iterator(chunk_size=size)
    while part := list(islice(entries, size)):
        yield from lines(team, reader, part)


def _line(entry: Entry, generation: Generation | None, reader: User) -> Line:
    image = getattr(generation, "image", None)
    is_hidden = bool(image and image.is_private and image.author_id != reader.pk)
    return Line(entry, None if is_hidden else generation, is_hidden)
