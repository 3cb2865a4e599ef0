"""What a team is called and by which clock its days run."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.teams import audit, days
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User


class NameTaken(ValueError):
    """There is already a team of this name. The message may be shown."""


@transaction.atomic
def change(team: Team, actor: User, *, name: str, time_zone: str) -> None:
    """The address of the team stays; a new zone rules from the next midnight of the old one.

    Raises NameTaken and PermissionDenied.
    """
    require_in(team, actor, Right.MANAGE)
    before = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if (before.name, before.time_zone) == (name, time_zone):
        return
    team.name = name
    if time_zone != before.time_zone:
        team.zone_before, team.zone_since = days.zone(before).key, days.next_midnight(before)
        team.time_zone = time_zone
    try:
        with transaction.atomic():
            team.save(update_fields=["name", "time_zone", "zone_before", "zone_since"])
    except IntegrityError as error:
        raise NameTaken(_("There is already a team of this name.")) from error
    audit.record(
        team, actor, "team.changed", name, name_before=before.name, zone_before=before.time_zone
    )
