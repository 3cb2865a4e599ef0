"""What a team is called and by which clock its days run."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.teams import audit
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User


class NameTaken(ValueError):
    """There is already a team of this name. The message may be shown."""


@transaction.atomic
def change(team: Team, actor: User, *, name: str, time_zone: str) -> None:
    """The address of the team stays. Raises NameTaken and PermissionDenied."""
    require_in(team, actor, Right.MANAGE)
    before = Team.objects.select_for_update().get(pk=team.pk)
    if (before.name, before.time_zone) == (name, time_zone):
        return
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).update(name=name, time_zone=time_zone)
    except IntegrityError as error:
        raise NameTaken(_("There is already a team of this name.")) from error
    team.name, team.time_zone = name, time_zone
    audit.record(
        team, actor, "team.changed", name, name_before=before.name, zone_before=before.time_zone
    )
