"""What a team is called and by which clock its days run."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from generations.teams import audit, days
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User


class NameTaken(ValueError):
    """There is already a team of this name. The message may be shown."""


@transaction.atomic
def change(team: Team, actor: User, *, name: str, time_zone: str, waits_for: str = "") -> None:
    """The address of the team stays; a new zone rules from the next midnight of the old one.

    `waits_for` is one of Waits; "" leaves it.

    Raises NameTaken and PermissionDenied.
    """
    require_in(team, actor, Right.MANAGE)
    before = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    waits_for = waits_for or before.waits_for
    if (before.name, before.time_zone, before.waits_for) == (name, time_zone, waits_for):
        return
    team.name, team.waits_for = name, waits_for
    if time_zone != before.time_zone:
        team.zone_before, team.zone_since = days.zone(before).key, days.ends_at(before)
        team.time_zone = time_zone
    try:
        with transaction.atomic():
            team.save(update_fields=["name", "time_zone", "zone_before", "zone_since", "waits_for"])
    except IntegrityError as error:
        raise NameTaken(_("There is already a team of this name.")) from error
    audit.record(
        team,
        actor,
        "team.changed",
        name,
        name_before=before.name,
        zone_before=before.time_zone,
        waits_for=waits_for,
        waits_for_before=before.waits_for,
    )
