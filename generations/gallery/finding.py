"""Which pictures a person sees, and how they narrow them down."""

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from generations.lifecycle.models import Image
from generations.prompts.models import Prompt
from generations.teams.models import Membership, Project, Team, User

ME = "me"


def visible(team: Team, user: User) -> QuerySet[Image]:
    """The team's pictures, but for the trash and what another member keeps private."""
    return Image.objects.for_team(team).seen_by(user)


@dataclass(frozen=True)
class Wanted:
    """What narrows the gallery; what is None does not."""

    words: str = ""
    author: User | None = None
    project: Project | None = None
    prompt: Prompt | None = None

    @classmethod
    def from_query(cls, query: QueryDict, team: Team, user: User) -> Self:
        """Raises Http404 where a filter names what is not the team's."""
        found = cls(words=query.get("q", "").strip()[:100])
        if author := query.get("by"):
            found = replace(found, author=user if author == ME else _member(team, author))
        if project := query.get("project"):
            projects = Project.objects.for_team(team)
            found = replace(found, project=get_object_or_404(projects, pk=as_uuid(project)))
        if prompt := query.get("prompt"):
            prompts = Prompt.objects.for_team(team)
            found = replace(found, prompt=get_object_or_404(prompts, pk=as_uuid(prompt)))
        return found

    def among(self, images: QuerySet[Image]) -> QuerySet[Image]:
        if self.author:
            images = images.filter(author=self.author)
        if self.project:
            images = images.filter(generation__project=self.project)
        if self.prompt:
            images = images.filter(generation__batch__prompt_version__prompt=self.prompt)
        if self.words:
            images = images.filter(generation__prompt__icontains=self.words)
        return images


def _member(team: Team, pk: str) -> User:
    """Whoever made a picture of the team: people who left have pictures too."""
    made = Image.objects.for_team(team).filter(author_id=as_uuid(pk))
    if not made.exists():
        get_object_or_404(Membership.objects.for_team(team), user_id=as_uuid(pk))
    return User.objects.get(pk=as_uuid(pk))


def as_uuid(text: str) -> UUID:
    """Raises Http404."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
