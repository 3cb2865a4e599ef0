"""What is news: rows that lower slices write once, each as a small event with nothing but ids."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from generations.alerts.models import Notice
from generations.credits.models import Entry
from generations.lifecycle.models import Transition
from generations.teams.models import AuditEntry

Row = Mapping[str, Any]


@dataclass(frozen=True)
class News:
    team_id: UUID
    text: str  # as it goes over the wire
    only_for: UUID | None = None  # a user; None: the whole team


@dataclass(frozen=True)
class Source:
    """A table that only grows, by number, and what a row of it is to those who listen."""

    rows: QuerySet[Any, Row]
    tell: Callable[[Row], Iterator[News]]


def event(kind: str, **data: object) -> str:
    """As a browser reads it. `kind` becomes `live:<kind>` on the page."""
    values = {name: str(value) for name, value in data.items()}
    return f"event: {kind}\ndata: {json.dumps(values)}\n\n"


def _step(row: Row) -> Iterator[News]:
    """A generation moved on. Others learn of a private picture's no more than that."""
    known = {"status": row["target"], "mode": row["generation__mode"]}
    series = row["generation__batch__series_id"]
    author = row["generation__author_id"]
    full = event(
        "generation",
        id=row["generation_id"],
        batch=row["generation__batch_id"],
        author=author,
        **({"series": series} if series else {}),
        **known,
    )
    if row["generation__image__is_private"]:
        yield News(row["team_id"], event("generation", **known))
        yield News(row["team_id"], full, only_for=author)
    else:
        yield News(row["team_id"], full)


def _money(row: Row) -> Iterator[News]:
    yield News(row["account__team_id"], event("money", mode=row["account__mode"]))


def _act(row: Row) -> Iterator[News]:
    """Members, keys, projects, prompts, styles. What was done is on the pages that may show it."""
    noun = row["action"].partition(".")[0]
    yield News(row["team_id"], event("prompt" if noun in {"prompt", "style"} else "act"))


def _notice(row: Row) -> Iterator[News]:
    """Something to be told. A member's own is nobody else's."""
    yield News(row["team_id"], event("notice"), only_for=row["user_id"])


SOURCES = (
    Source(
        Transition.objects.values(
            "id",
            "team_id",
            "target",
            "generation_id",
            "generation__batch_id",
            "generation__batch__series_id",
            "generation__author_id",
            "generation__mode",
            "generation__image__is_private",
        ),
        _step,
    ),
    Source(Entry.objects.values("id", "account__team_id", "account__mode"), _money),
    Source(AuditEntry.objects.values("id", "team_id", "action"), _act),
    Source(Notice.objects.values("id", "team_id", "user_id"), _notice),
)
