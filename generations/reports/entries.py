"""The ledger's entries behind each figure, and the picture behind each entry."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Self
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from generations.credits.models import Entry, EntryKind
from generations.lifecycle.models import Generation
from generations.reports.bill import losses
from generations.reports.figures import NONE, Wanted, wallets
from generations.teams.models import Team, User

Named = UUID | str  # of a project or a prompt, or NONE


@dataclass(frozen=True)
class Filter:
    """Which entries of a team's wallets; what is None does not narrow."""

    mode: str | None
    kind: str | None = EntryKind.SETTLE
    is_open: bool = False  # only what is held at this moment
    first: date | None = None
    last: date | None = None
    user: UUID | None = None
    reference: UUID | None = None
    project: Named | None = None
    prompt: Named | None = None
    batches: Sequence[UUID] = ()
    key: UUID | None = None  # the shared key that it went through
    series: UUID | None = None

    @classmethod
    def of(cls, wanted: Wanted) -> Self:
        """The charges that a usage report sums up."""
        project = wanted.project
        return cls(
            mode=wanted.mode,
            first=wanted.period.first,
            last=wanted.period.last,
            user=wanted.user.pk if wanted.user else None,
            project=project if isinstance(project, str) or project is None else project.pk,
        )


@dataclass(frozen=True)
class Line:
    """An entry, and the generation that it was for, where the reader may see it."""

    entry: Entry
    generation: Generation | None
    is_hidden: bool
    key_id: UUID | None = None  # of the shared key, where the entry is a job's

    @property
    def credits(self) -> int:
        """What it charged, granted, promised or gave back; an adjustment with its sign."""
        entry = self.entry
        by_kind = {
            EntryKind.SETTLE: -entry.posted,
            EntryKind.HOLD: entry.held,
            EntryKind.RELEASE: -entry.held,
        }
        return by_kind.get(EntryKind(entry.kind), entry.posted)

    @property
    def is_open(self) -> bool:
        """Whether it is a promise that still stands."""
        hold = self.entry.hold
        return self.entry.kind == EntryKind.HOLD and hold is not None and hold.resolved_at is None

    @property
    def whole(self) -> int:
        """What had been held for what this charges, gives back or still holds; 0 for all else."""
        hold = self.entry.hold
        is_told = self.is_open or self.entry.kind != EntryKind.HOLD
        return hold.amount if hold is not None and is_told else 0

    @property
    def spent(self) -> int:
        """Of the whole, what this entry took for good."""
        return self.credits if self.entry.kind == EntryKind.SETTLE else 0

    @property
    def held(self) -> int:
        """Of the whole, what this entry still promises."""
        return self.credits if self.is_open else 0

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
        "project": None if wanted.project == NONE else wanted.project,
    }
    accounts = wallets(team, wanted.mode)
    if wanted.kind == EntryKind.LOSS:
        accounts = losses(team, wanted.mode)
    elif wanted.reference:
        accounts |= losses(team, wanted.mode)
    rows = Entry.objects.filter(account__in=accounts)
    rows = rows.filter(**{name: value for name, value in narrow.items() if value is not None})
    if wanted.project == NONE:
        rows = rows.filter(project=None)
    if wanted.is_open:
        rows = rows.filter(kind=EntryKind.HOLD, hold__resolved_at=None)
    if wanted.key:
        sent = Generation.objects.for_team(team).filter(upstream_key=wanted.key)
        rows = rows.filter(reference__in=sent.values("pk"))
    if wanted.prompt:
        rows = rows.filter(hold__in=_made_from(team, wanted.prompt).values("hold"))
    if wanted.batches:
        asked = Generation.objects.for_team(team).filter(batch__in=wanted.batches)
        rows = rows.filter(hold__in=asked.values("hold"))
    if wanted.series:
        made = Generation.objects.for_team(team).filter(batch__series=wanted.series)
        rows = rows.filter(hold__in=made.values("hold"))
    return rows.select_related("user", "project", "account", "hold", "payment").order_by("-id")


def _made_from(team: Team, prompt: Named) -> QuerySet[Generation]:
    version = "batch__prompt_version"
    found = {version: None} if prompt == NONE else {f"{version}__prompt": prompt}
    return Generation.objects.for_team(team).filter(**found)


def sums(rows: QuerySet[Entry]) -> tuple[int, int, int, int]:
    """How many entries there are, and what is charged, still held and lost, in credits."""
    is_open = Q(kind=EntryKind.HOLD, hold__resolved_at=None)
    found = rows.order_by().aggregate(
        count=Count("id"),
        charged=Coalesce(-Sum("posted", filter=Q(kind=EntryKind.SETTLE)), 0),
        held=Coalesce(Sum("held", filter=is_open), 0),
        lost=Coalesce(Sum("posted", filter=Q(kind=EntryKind.LOSS)), 0),
    )
    return found["count"], found["charged"], found["held"], found["lost"]


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
    key_id = generation.upstream_key_id if generation else None
    return Line(entry, None if is_hidden else generation, is_hidden, key_id)
