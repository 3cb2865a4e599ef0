"""A whole hub as a newcomer starts it, with a team in it, whose rows this process reaches too."""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.hub import Hub

if TYPE_CHECKING:
    from generations.teams.models import Team, User


POSTGRESQL = "--postgresql"


@dataclass
class House:
    hub: Hub
    database: str  # SQLite or PostgreSQL
    team: "Team"
    people: "list[User]"
    cookies: list[str]  # of a session of each of them

    def get(self, connection: HTTPConnection, path: str) -> float:
        """Seconds until the whole page is there, on a connection that stays."""
        began = time.perf_counter()
        headers = {"Cookie": self.cookies[0], "Accept-Encoding": "gzip"}
        connection.request("GET", f"/t/{self.team.slug}/{path}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        return time.perf_counter() - began


@contextmanager
def house(members: int = 1, outbound: str = "", **settings: object) -> Iterator[House]:
    """A running hub with one team that no limit binds. Once in a process: it loads its settings.

    On SQLite; with `--postgresql` among the arguments, on the server of TEST_DATABASE_URL. It may
    reach the origin `outbound`, and `settings` are variables of its own.
    """
    server = os.environ["TEST_DATABASE_URL"] if POSTGRESQL in sys.argv else ""
    with tempfile.TemporaryDirectory(prefix="fluxhub-bench-") as name:
        folder = Path(name)
        with database(server, folder):
            with (folder / ".env").open("a") as file:
                file.writelines(f"{name}={value}\n" for name, value in settings.items())
            hub = Hub(folder, outbound)
            try:
                hub.start()
                _take_settings(hub)
                yield _furnish(hub, "PostgreSQL" if server else "SQLite", members)
                _leave()
            finally:
                hub.kill()


@contextmanager
def database(server: str, folder: Path) -> Iterator[None]:
    """A database of its own on the server, named in the hub's `.env`."""
    if not server:
        yield
        return
    import psycopg

    name = f"bench_{secrets.token_hex(4)}"
    url = f"{server.rpartition('/')[0]}/{name}"
    (folder / ".env").write_text(f"DATABASE_URL={url}\n")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _take_settings(hub: Hub) -> None:
    import django

    for unset in ("DATABASE_URL", "CACHE_URL", "EMAIL_URL"):
        os.environ.pop(unset, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "fluxhub.settings",
        "FLUXHUB_DATA": str(hub.folder),
        "SITE_URL": hub.url,
        "ALLOWED_OUTBOUND_ORIGINS": hub.outbound,
    }
    django.setup()


def _furnish(hub: Hub, database: str, members: int) -> House:
    from django.test import Client

    from generations.credits.models import Plan
    from generations.people.founding import found_team
    from generations.people.register import register
    from generations.teams.models import Membership, Role

    Plan.objects.update(daily_limit=None, concurrent=None, requests_per_minute=None)
    people = [
        register(
            email=f"person{number}@example.com",
            name=f"Person {number}",
            password=secrets.token_hex(8),
            is_verified=True,
        )
        for number in range(members)
    ]
    team = found_team(team_name="Harbour Street", owner=people[0])
    for person in people[1:]:
        Membership.objects.create(team=team, user=person, role=Role.MEMBER)
    cookies = []
    for person in people:
        browser = Client()
        browser.force_login(person)
        cookies.append(f"session={browser.cookies['session'].value}")
    return House(hub, database, team, people, cookies)


def _leave() -> None:
    from django.db import connections

    connections.close_all()
