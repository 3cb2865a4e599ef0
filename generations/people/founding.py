"""A new team with everything that it needs to make its first picture."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from generations.credits import accounts
from generations.keys import upstream
from generations.prompts import styles
from generations.teams import audit
from generations.teams.models import Membership, Role, Team, User


class NameTaken(ValueError):
    """There is already a team of this name. The message may be shown."""


@transaction.atomic
def found_team(
    *, team_name: str, owner: User, time_zone: str = "UTC", plan: str = "starter"
) -> Team:
    """Team, ownership, accounts for live and practice, a practice key and styles: all or nothing.

    Raises NameTaken.
    """
    team = _create_team(team_name.strip(), time_zone)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    accounts.open_accounts(team, plan)
    upstream.add_practice(team, owner)
    styles.begin(team)
    audit.record(team, owner, "team.founded", team.name, plan=plan)
    return team


def _create_team(name: str, time_zone: str) -> Team:
    try:
        with transaction.atomic():
            return Team.objects.create(name=name, slug=_free_slug(name), time_zone=time_zone)
    except IntegrityError as error:
        raise NameTaken(_("There is already a team of this name.")) from error


def _free_slug(name: str) -> str:
    """From the name, numbered where another team has it: two names may share one slug."""
    base = slugify(name)[:50] or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)
