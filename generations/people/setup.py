"""The first person: a link that is good only while nobody is there."""

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare

from generations.core import crypto
from generations.people import founding, register
from generations.teams.models import Team, User


class AlreadySetUp(Exception):
    """Somebody was first."""


def token() -> str:
    """The same for every start of this hub, until the first person has come."""
    return crypto.derive(settings.SECRET_KEY, "set-up link")[:40]


def is_open() -> bool:
    return not User.objects.exists()


def is_valid(candidate: str) -> bool:
    return constant_time_compare(candidate, token()) and is_open()


@transaction.atomic
def set_up(
    *, name: str, email: str, password: str, team_name: str, time_zone: str
) -> tuple[User, Team]:
    """The first user and their team. Of two at once one wins; the other gets AlreadySetUp."""
    _queue_up()
    if not is_open():
        raise AlreadySetUp
    user = register.register(email=email, name=name, password=password, is_verified=True)
    team = founding.found_team(team_name=team_name, owner=user, time_zone=time_zone)
    return user, team


def _queue_up() -> None:
    """One set-up at a time: SQLite's IMMEDIATE transactions do so by themselves."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(User._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
