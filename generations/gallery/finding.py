"""Which pictures a person sees, and how they narrow them down."""

from dataclasses import dataclass, field
from typing import Self, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from generations.gallery import spans, stars, trash
from generations.gallery.spans import Span
from generations.lifecycle.models import Image, Images, Series
from generations.prompts.models import Prompt, Style
from generations.providers.catalogue import PRESETS, SERVICES, Preset
from generations.teams import days
from generations.teams.models import Membership, Project, Team, User

Row = TypeVar("Row", bound=Model)
Found = TypeVar("Found")

WINDOW = 5000  # pictures that are looked through at once for words
ME = "me"
FAVOURITES, TRASH = "favourites", "trash"
# What an address may say, in the order in which it does.
NAMES = ("show", "by", "when", "shape", "version", "style", "project", "prompt", "batch", "q")


def visible(team: Team, user: User) -> Images:
    """The team's pictures, but for the trash and what another member keeps private."""
    return Image.objects.for_team(team).seen_by(user)


@dataclass(frozen=True)
class Wanted:
    """What narrows the gallery; what is None does not."""

    membership: Membership
    given: dict[str, str] = field(default_factory=dict)  # as the address says it
    show: str = ""  # FAVOURITES, TRASH or everything
    author: User | None = None
    span: Span | None = None
    shape: Preset | None = None
    version: str = ""
    style: Style | None = None
    project: Project | None = None
    prompt: Prompt | None = None
    series: Series | None = None
    words: str = ""

    @classmethod
    def from_query(cls, query: QueryDict, membership: Membership) -> Self:
        """Raises Http404 where a filter names what there is not, or what is not the team's."""
        team = membership.team
        given = {name: words for name in NAMES if (words := query.get(name, "").strip()[:100])}
        return cls(
            membership,
            given,
            show=_show(given.get("show")),
            author=_author(membership, given.get("by")),
            span=_span(team, given.get("when")),
            shape=_shape(given.get("shape")),
            version=_version(given.get("version")),
            style=_row(Style.objects.for_team(team), given.get("style")),
            project=_row(Project.objects.for_team(team), given.get("project")),
            prompt=_row(Prompt.objects.for_team(team), given.get("prompt")),
            series=_row(Series.objects.for_team(team), given.get("batch")),
            words=given.get("q", ""),
        )

    @property
    def is_mine(self) -> bool:
        return self.author == self.membership.user

    @property
    def is_narrowed(self) -> bool:
        """By more than the tab."""
        tab = {"show", "by"} if self.is_mine else {"show"}
        return bool(self.given.keys() - tab)

    def place(self, image: Image) -> str:
        """The address of the gallery where this picture is in view and has the focus."""
        address = self.address()
        sign = "&" if "?" in address else "?"
        return f"{address}{sign}at={image.pk}#picture-{image.pk}"

    @property
    def tab(self) -> str:
        """The address without any filter."""
        kept = {"show": self.show, "by": ME if self.is_mine else ""}
        return self.address(**{name: kept.get(name, "") for name in NAMES})

    def images(self) -> Images:
        """In no order yet, and without a look at the words: see `worded`."""
        team, user = self.membership.team, self.membership.user
        if self.show == TRASH:
            return self._narrowed(trash.in_trash(self.membership))
        images = self._narrowed(visible(team, user))
        return stars.favourites(images, team, user) if self.show == FAVOURITES else images

    def worded(self, ordered: Images) -> Images:
        """Those that have the words, in the same order.

        Words are looked for row by row. So only the first WINDOW are looked through: a word that
        nobody used costs no more than any other.
        """
        if not self.words:
            return ordered
        window = ordered.values("pk")[:WINDOW]
        return ordered.filter(pk__in=window, generation__prompt__icontains=self.words)

    def _narrowed(self, images: Images) -> Images:
        exact = {
            "author": self.author,
            "shape": self.shape.ratio if self.shape else None,
            "version": self.version,
            "style": self.style,
            "project": self.project,
            "prompt": self.prompt,
            "generation__batch__series": self.series,
        }
        images = images.filter(**{name: value for name, value in exact.items() if value})
        return self.span.among(images, self.membership.team) if self.span else images

    @property
    def query(self) -> str:
        """For the end of an address: "?by=me", or nothing."""
        return f"?{urlencode(self.given)}" if self.given else ""

    def address(self, **changes: str) -> str:
        """The gallery's, with other filters; an empty one is left out."""
        given = {name: (self.given | changes).get(name, "") for name in NAMES}
        kept = urlencode({name: value for name, value in given.items() if value})
        return reverse("gallery", args=[self.membership.team.slug]) + (f"?{kept}" if kept else "")


def as_uuid(text: str) -> UUID:
    """Raises Http404."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


# --- what one word of an address says; all raise Http404 -----------------------------------------
def _row(rows: QuerySet[Row], text: str | None) -> Row | None:
    return get_object_or_404(rows, pk=as_uuid(text)) if text else None


def _author(membership: Membership, text: str | None) -> User | None:
    """Whoever made a picture of the team: people who left have pictures too."""
    if not text:
        return None
    if text == ME or as_uuid(text) == membership.user_id:
        return membership.user
    made = Image.objects.for_team(membership.team).filter(author_id=as_uuid(text))
    if not made.exists():
        get_object_or_404(Membership.objects.for_team(membership.team), user_id=as_uuid(text))
    return User.objects.get(pk=as_uuid(text))


def _show(text: str | None) -> str:
    return _known(text, text if text in (FAVOURITES, TRASH) else None) or ""


def _span(team: Team, text: str | None) -> Span | None:
    return _known(text, spans.read(text, days.today(team)) if text else None)


def _shape(text: str | None) -> Preset | None:
    return _known(text, next((preset for preset in PRESETS if preset.ratio == text), None))


def _version(text: str | None) -> str:
    return _known(text, text if text in versions() else None) or ""


def versions() -> list[str]:
    """Of every service, the newest first."""
    return [version for service in SERVICES.values() for version in reversed(service.versions)]


def _known(text: str | None, found: Found | None) -> Found | None:
    if text and found is None:
        raise Http404
    return found
