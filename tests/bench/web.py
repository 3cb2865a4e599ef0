"""The hub's web process alone, with many teams before it and nobody who draws."""

import itertools
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from fluxhub.environment import write_secrets
from tests.bench.asking import Post
from tests.bench.house import POSTGRESQL, database
from tests.browser.hub import free_ports
from tests.processes import MANAGE, running, wait_until

if TYPE_CHECKING:
    from generations.teams.models import Membership

ORDER = json.dumps({"service": "flux-pro", "prompt": "A hill in the rain"}).encode()
WIDE = 10**9  # a limit that is counted, and never reached
PATIENCE = 60.0  # seconds until the web process answers


@dataclass(frozen=True)
class Script:
    """The owner of a team, and the text of their API key."""

    membership: "Membership"
    key: str

    def order(self, number: int) -> Post:
        """For one picture, with an idempotency key of its own."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": str(number)}
        return Post("/v1/text_to_image", ORDER, headers)


@dataclass(frozen=True)
class Web:
    folder: Path
    database: str  # SQLite or PostgreSQL
    scripts: Sequence[Script]

    def orders(self, teams: int) -> Callable[[], Post]:
        """Each call gives the next team's next order."""
        turns = itertools.cycle(self.scripts[:teams])
        numbers = itertools.count(_first_number())
        return lambda: next(turns).order(next(numbers))


@contextmanager
def web(teams: int) -> Iterator[Web]:
    """Teams whose limits are all counted. Once in a process: it loads the settings."""
    server = os.environ["TEST_DATABASE_URL"] if POSTGRESQL in sys.argv else ""
    with tempfile.TemporaryDirectory(prefix="fluxhub-bench-") as name:
        folder = Path(name)
        with database(server, folder):
            _take_settings(folder)
            try:
                yield Web(folder, "PostgreSQL" if server else "SQLite", _scripts(teams))
            finally:
                from django.db import connections

                connections.close_all()


@contextmanager
def served(place: Web) -> Iterator[int]:
    """The port of a web process, as an operator starts it."""
    port = free_ports(1)
    command = [*MANAGE, "serve", "--port", str(port)]
    with running(command, {}, place.folder / "log"):
        wait_until(lambda: _answers(port), PATIENCE, "an answer of the web process")
        yield port


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False


_numbers = itertools.count()


def _first_number() -> int:
    """Far from those of every other round: an idempotency key never comes twice."""
    return next(_numbers) * 1_000_000


def _take_settings(folder: Path) -> None:
    import django
    from django.core.management import call_command

    for unset in ("DATABASE_URL", "CACHE_URL", "EMAIL_URL"):
        os.environ.pop(unset, None)
    write_secrets(folder)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "fluxhub.settings",
        "FLUXHUB_DATA": str(folder),
        "SITE_URL": "http://127.0.0.1",
    }
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)

    from generations.credits.models import Plan

    Plan.objects.update(daily_limit=WIDE, concurrent=WIDE, requests_per_minute=WIDE // 1000)


def _scripts(teams: int) -> list[Script]:
    """One person owns them all: making the digest of a password is slow."""
    from generations.keys import issued
    from generations.people.founding import found_team
    from generations.people.register import register
    from generations.teams.models import Membership

    words = secrets.token_hex(8)
    owner = register(email="alice@example.com", name="Alice", password=words, is_verified=True)
    found = []
    for number in range(teams):
        team = found_team(team_name=f"Harbour Street {number}", owner=owner)
        _key, text = issued.issue(team, owner, name="Nightly", mode="test")
        membership = Membership.objects.select_related("team", "user").get(team=team)
        found.append(Script(membership, text))
    return found
