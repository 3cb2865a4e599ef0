"""The team's library: saving a prompt, putting it away, finding it again."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from generations.core import clock
from generations.prompts.models import Prompt, PromptVersion
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User

Settings = Mapping[str, str | int]


@transaction.atomic
def save(
    team: Team,
    author: User,
    title: str,
    text: str,
    settings: Settings,
    prompt: Prompt | None = None,
) -> PromptVersion:
    """A new prompt, or the next version of one: numbers have no gaps, whoever saves at once.

    The same text with the same settings again makes no new version. Raises PermissionDenied.
    """
    require_in(team, author, Right.SPEND)
    if prompt is None:
        prompt = Prompt.objects.create(team=team, author=author, title=title)
    else:
        prompt = Prompt.objects.for_team(team).select_for_update(no_key=True).get(pk=prompt.pk)
        prompt.title = title
        prompt.save(update_fields=["title"])
    latest = prompt.versions.order_by("-number").first()
    if latest and (latest.text, latest.settings) == (text, dict(settings)):
        return latest
    return PromptVersion.objects.create(
        prompt=prompt,
        number=latest.number + 1 if latest else 1,
        text=text,
        settings=dict(settings),
        author=author,
    )


def archive(prompt: Prompt, actor: User) -> None:
    """Out of the library, back with `restore`; pictures made with it keep their prompt."""
    require_in(prompt.team, actor, Right.SPEND)
    Prompt.objects.filter(pk=prompt.pk, archived_at=None).update(archived_at=clock.database_now())


def restore(prompt: Prompt, actor: User) -> None:
    require_in(prompt.team, actor, Right.SPEND)
    Prompt.objects.filter(pk=prompt.pk).update(archived_at=None)


def shelf(team: Team, *, words: str = "", author: User | None = None) -> QuerySet[Prompt]:
    """What the library shows, each with `text`, `number`, `latest_id` and `uses`."""
    rows = with_latest(Prompt.objects.for_team(team)).filter(archived_at=None)
    if author:
        rows = rows.filter(author=author)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words))
    return rows.order_by("-id")


def with_latest(prompts: QuerySet[Prompt]) -> QuerySet[Prompt]:
    latest = PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number")
    return prompts.select_related("author").annotate(
        text=Subquery(latest.values("text")[:1]),
        number=Subquery(latest.values("number")[:1]),
        latest_id=Subquery(latest.values("pk")[:1]),
        uses=Sum("versions__use_count"),
    )
