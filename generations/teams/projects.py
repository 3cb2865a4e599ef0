"""Projects: clients and campaigns that generations and their charges can name."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.teams import audit
from generations.teams.access import Right, require_in
from generations.teams.models import Project, Team, User


class NameTaken(ValueError):
    """The team has a project of this name. The message may be shown."""


@transaction.atomic
def add(team: Team, actor: User, name: str) -> Project:
    """Raises NameTaken and PermissionDenied."""
    require_in(team, actor, Right.MANAGE)
    try:
        with transaction.atomic():
            project = Project.objects.create(team=team, name=name.strip())
    except IntegrityError as error:
        raise NameTaken(_("There is already a project of this name.")) from error
    audit.record(team, actor, "project.added", project.name)
    return project


def archive(project: Project, actor: User) -> None:
    """It is no longer offered; what was charged to it keeps its name."""
    _move(project, actor, is_archived=True)


def restore(project: Project, actor: User) -> None:
    _move(project, actor, is_archived=False)


@transaction.atomic
def _move(project: Project, actor: User, *, is_archived: bool) -> None:
    require_in(project.team, actor, Right.MANAGE)
    others = Project.objects.filter(pk=project.pk).exclude(is_archived=is_archived)
    if others.update(is_archived=is_archived):
        action = "project.archived" if is_archived else "project.restored"
        audit.record(project.team, actor, action, project.name)
