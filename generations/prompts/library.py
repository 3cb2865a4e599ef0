"""The team's library: saving a prompt, going back, forking, putting it away, finding it again."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from generations.core import clock
from generations.prompts.models import Prompt, PromptVersion
from generations.teams import audit
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User

Settings = Mapping[str, str | int]


class Overtaken(Exception):
    """Somebody saved `latest` after the version that was worked on; nothing was written."""

    def __init__(self, latest: PromptVersion) -> None:
        super().__init__(latest)
        self.latest = latest


@transaction.atomic
def save(
    team: Team,
    author: User,
    title: str,
    text: str,
    settings: Settings,
    prompt: Prompt | None = None,
    note: str = "",
    seen: int = 0,
) -> PromptVersion:
    """A new prompt, or the next version of one: numbers have no gaps, whoever saves at once.

    The same text with the same settings again makes no new version. `seen` is the number of the
    version that was worked on. Raises PermissionDenied; Overtaken where another one came after it.
    """
    require_in(team, author, Right.SPEND)
    if prompt is None:
        prompt = Prompt.objects.create(team=team, author=author, title=title)
    else:
        prompt = _locked(prompt, team)
        latest = prompt.versions.select_related("author").order_by("-number").first()
        if seen and latest and latest.number != seen:
            raise Overtaken(latest)
        prompt.title = title
        prompt.save(update_fields=["title"])
    audit.record(team, author, "prompt.saved", title, prompt=str(prompt.pk))
    return _next_version(prompt, author, text, settings, note)


@transaction.atomic
def roll_back(version: PromptVersion, actor: User) -> PromptVersion:
    """What an earlier version said becomes the next one; none is taken away, twice is once.

    Raises PermissionDenied.
    """
    team = version.prompt.team
    require_in(team, actor, Right.SPEND)
    prompt = _locked(version.prompt, team)
    audit.record(team, actor, "prompt.rolled_back", prompt.title, prompt=str(prompt.pk))
    return _next_version(prompt, actor, version.text, version.settings)


@transaction.atomic
def fork(version: PromptVersion, actor: User) -> Prompt:
    """The actor's own prompt that begins with this version's text and settings.

    Twice is once: until it is worked on, the same fork is given again. Raises PermissionDenied.
    """
    origin, team = version.prompt, version.prompt.team
    require_in(team, actor, Right.SPEND)
    _locked(origin, team)
    mine = Prompt.objects.for_team(team).filter(author=actor, forked_from=version, archived_at=None)
    untouched = mine.filter(title=origin.title).annotate(versions_so_far=Count("versions"))
    if found := untouched.filter(versions_so_far=1).first():
        return found
    prompt = Prompt.objects.create(team=team, author=actor, title=origin.title, forked_from=version)
    audit.record(team, actor, "prompt.forked", prompt.title, prompt=str(prompt.pk))
    _next_version(prompt, actor, version.text, version.settings)
    return prompt


@transaction.atomic
def archive(prompt: Prompt, actor: User) -> None:
    """Out of the library, back with `restore`; pictures made with it keep their prompt."""
    require_in(prompt.team, actor, Right.SPEND)
    rows = Prompt.objects.filter(pk=prompt.pk, archived_at=None)
    if rows.update(archived_at=clock.database_now()):
        audit.record(prompt.team, actor, "prompt.archived", prompt.title, prompt=str(prompt.pk))


@transaction.atomic
def restore(prompt: Prompt, actor: User) -> None:
    require_in(prompt.team, actor, Right.SPEND)
    rows = Prompt.objects.filter(pk=prompt.pk, archived_at__isnull=False)
    if rows.update(archived_at=None):
        audit.record(prompt.team, actor, "prompt.restored", prompt.title, prompt=str(prompt.pk))


def shelf(
    team: Team, *, words: str = "", author: User | None = None, is_archived: bool = False
) -> QuerySet[Prompt]:
    """What the library shows, each with `text`, `number`, `latest_id` and `uses`."""
    rows = with_latest(Prompt.objects.for_team(team)).filter(archived_at__isnull=not is_archived)
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


def _locked(prompt: Prompt, team: Team) -> Prompt:
    """Whoever saves next waits until this transaction ends."""
    return Prompt.objects.for_team(team).select_for_update(no_key=True).get(pk=prompt.pk)


def _next_version(
    prompt: Prompt, author: User, text: str, settings: Settings, note: str = ""
) -> PromptVersion:
    latest = prompt.versions.order_by("-number").first()
    if latest and (latest.text, latest.settings) == (text, dict(settings)):
        return latest
    return PromptVersion.objects.create(
        prompt=prompt,
        number=latest.number + 1 if latest else 1,
        text=text,
        settings=dict(settings),
        note=note,
        author=author,
    )
