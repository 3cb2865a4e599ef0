"""The team's styles: adding, changing, putting away, and those that a new team begins with."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.core import clock
from generations.prompts.models import Style
from generations.teams import audit
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User

FIRST_STYLES = (
    (
        gettext_lazy("Photograph"),
        gettext_lazy("natural photograph, 50 mm lens, shallow depth of field, fine film grain"),
    ),
    (
        gettext_lazy("Ink wash"),
        gettext_lazy("ink wash on rough cotton paper, soft bleeding edges, few tones"),
    ),
    (
        gettext_lazy("Watercolour"),
        gettext_lazy("loose watercolour, pale layered washes, visible paper grain"),
    ),
    (
        gettext_lazy("Paper cut"),
        gettext_lazy("layered paper cut, flat matt colours, soft shadows between the layers"),
    ),
    (
        gettext_lazy("Pen drawing"),
        gettext_lazy("fine pen drawing, cross-hatching, black ink on white paper"),
    ),
)


class NameTaken(ValueError):
    """The team has a style of this name. The message may be shown."""


def offered(team: Team) -> QuerySet[Style]:
    """Those that are not put away, by name."""
    return Style.objects.for_team(team).filter(archived_at=None).order_by(Lower("name"))


def add(team: Team, actor: User, name: str, words: str) -> Style:
    """Raises NameTaken and PermissionDenied."""
    require_in(team, actor, Right.SPEND)
    with _one_of_a_name():
        style = Style.objects.create(team=team, name=name, words=words)
        _record(style, actor, "style.added")
    return style


def change(style: Style, actor: User, name: str, words: str) -> None:
    """For pictures to come: those that were made keep the words they were made with.

    Raises NameTaken and PermissionDenied.
    """
    require_in(style.team, actor, Right.SPEND)
    with _one_of_a_name():
        Style.objects.filter(pk=style.pk).update(name=name, words=words)
        _record(style, actor, "style.changed")


@transaction.atomic
def archive(style: Style, actor: User) -> None:
    """No longer offered, back with `restore`; pictures made with it keep its name."""
    require_in(style.team, actor, Right.SPEND)
    rows = Style.objects.filter(pk=style.pk, archived_at=None)
    if rows.update(archived_at=clock.database_now()):
        _record(style, actor, "style.archived")


def restore(style: Style, actor: User) -> None:
    """Raises NameTaken, where another has its name by now, and PermissionDenied."""
    require_in(style.team, actor, Right.SPEND)
    with _one_of_a_name():
        if Style.objects.filter(pk=style.pk).exclude(archived_at=None).update(archived_at=None):
            _record(style, actor, "style.restored")


def begin(team: Team) -> None:
    """The styles of a new team, in the language of its founder."""
    Style.objects.bulk_create(
        Style(team=team, name=str(name), words=str(words)) for name, words in FIRST_STYLES
    )


def _record(style: Style, actor: User, action: str) -> None:
    audit.record(style.team, actor, action, style.name, style=str(style.pk))


@contextmanager
def _one_of_a_name() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NameTaken(_("There is already a style of this name.")) from error
