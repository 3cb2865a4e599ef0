"""What the prompts of the library have brought: pictures, credits, successes, and to whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from generations.gallery.finding import visible
from generations.lifecycle.models import Generation, Image
from generations.lifecycle.states import Status
from generations.prompts.models import Prompt
from generations.reports.usage import main_mode
from generations.teams.access import RIGHTS, Right
from generations.teams.models import Membership, Team, User

VALUES = 3  # last used ones of a variable
LOOKED_THROUGH = 60  # generations, for them


@dataclass(frozen=True)
class Figures:
    """Pictures that the reader may see; of the team's main mode how many were made, how many
    failed, and the credits charged."""

    pictures: int = 0
    completed: int = 0
    failed: int = 0
    spent: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.pictures + other.pictures,
            self.completed + other.completed,
            self.failed + other.failed,
            self.spent + other.spent,
        )

    @property
    def mean(self) -> float | None:
        """Credits for one picture."""
        return self.spent / self.completed if self.completed else None

    @property
    def success(self) -> float | None:
        """In per cent, of those that came to an end by themselves."""
        ended = self.completed + self.failed
        return 100 * self.completed / ended if ended else None


@dataclass(frozen=True)
class PromptReport:
    """One prompt: the figures of each of its versions, and who of the team has used it."""

    mode: str
    by_version: dict[UUID, Figures]
    users: int
    members: int
    values: dict[str, list[str]]

    @property
    def total(self) -> Figures:
        return sum(self.by_version.values(), Figures())


def by_prompt(team: Team, reader: User, prompts: Iterable[UUID]) -> dict[UUID, Figures]:
    """Of those that pictures were asked for with. Two queries, however many prompts."""
    found: dict[UUID, Figures] = defaultdict(Figures)
    for prompt, _version, figures in _figures(team, reader, main_mode(team), prompts):
        found[prompt] += figures
    return dict(found)


def examples(team: Team, reader: User, prompts: Iterable[UUID]) -> dict[UUID, Image]:
    """The newest picture made with each, where there is one. Two queries."""
    newest = visible(team, reader).order_by("-created_at", "-id")
    made = newest.filter(prompt=OuterRef("pk"))
    rows = Prompt.objects.for_team(team).filter(pk__in=prompts)
    chosen = dict(rows.values_list("pk", Subquery(made.values("pk")[:1])))
    images = Image.objects.in_bulk([image for image in chosen.values() if image])
    return {prompt: images[image] for prompt, image in chosen.items() if image}


def of_prompt(team: Team, reader: User, prompt: Prompt) -> PromptReport:
    mode = main_mode(team)
    rows = _figures(team, reader, mode, [prompt.pk])
    spending = [role for role, rights in RIGHTS.items() if Right.SPEND in rights]
    members = Membership.objects.for_team(team).filter(role__in=spending)
    made = Generation.objects.for_team(team).filter(batch__prompt_version__prompt=prompt)
    return PromptReport(
        mode=mode,
        by_version={version: figures for _prompt, version, figures in rows},
        users=members.filter(user__in=made.values("author")).count(),
        members=members.count(),
        values=_values(team, reader, prompt),
    )


def _figures(
    team: Team, reader: User, mode: str, prompts: Iterable[UUID]
) -> list[tuple[UUID, UUID, Figures]]:
    """Prompt, version, and what was made with it."""
    seen = Q(image__trashed_at=None) & (Q(image__is_private=False) | Q(author=reader))
    counted = Q(mode=mode)
    made = Generation.objects.for_team(team).filter(batch__prompt_version__prompt__in=prompts)
    rows = made.values("batch__prompt_version__prompt", "batch__prompt_version").annotate(
        pictures=Count("image", filter=seen),
        completed=Count("pk", filter=counted & Q(status=Status.COMPLETED)),
        failed=Count("pk", filter=counted & Q(status=Status.FAILED)),
        spent=Sum("charged", filter=counted, default=0),
    )
    return [
        (
            row["batch__prompt_version__prompt"],
            row["batch__prompt_version"],
            Figures(row["pictures"], row["completed"], row["failed"], row["spent"]),
        )
        for row in rows
    ]


def _values(team: Team, reader: User, prompt: Prompt) -> dict[str, list[str]]:
    """What its variables were last filled in with, newest first, each value once."""
    made = Generation.objects.for_team(team).seen_by(reader)
    lately = made.filter(batch__prompt_version__prompt=prompt).order_by("-id")
    found: dict[str, list[str]] = defaultdict(list)
    for values in lately.values_list("batch__values", flat=True)[:LOOKED_THROUGH]:
        for name, value in values.items():
            if value and value not in found[name] and len(found[name]) < VALUES:
                found[name].append(value)
    return dict(found)
