"""`python -m tests.chaos.run --jobs 300`: the hub under kills, crashes and a hostile upstream.

Real processes on a database and folders of their own, an upstream that misbehaves by seed, and a
checker that judges from journals and rows. Exit code 1 on any violation.
"""

import argparse
import os
import secrets
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.chaos.postgres import Postgres, binaries, free_port

SMOKE, FULL = "smoke", "full"


@dataclass(frozen=True)
class Plan:
    """One drill: how much, how fast, how hard."""

    jobs: int
    seed: int
    pace: float  # jobs a second
    kill_every: float  # seconds
    crashes_at: tuple[float, ...]  # shares of the load
    settle: float  # seconds after the last fault in which all must be final


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _end)
    folder = Path(tempfile.mkdtemp(prefix="fluxhub-chaos-"))
    server = None if options.sqlite else binaries()
    postgres = Postgres(server) if server else None
    violations = 1
    try:
        if postgres:
            postgres.start()
        else:
            sys.stdout.write("Without PostgreSQL: on SQLite, and the database does not crash.\n")
        _prepare(folder, postgres)
        from tests.chaos.drill import drill  # only now: it loads the settings

        violations = drill(_plan(options), folder, postgres)
    finally:
        if postgres:
            postgres.remove()
        if violations or options.keep:
            sys.stdout.write(f"Journals and logs: {folder}\n")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if violations else 0


def _plan(options: argparse.Namespace) -> Plan:
    is_smoke = options.profile == SMOKE
    return Plan(
        jobs=options.jobs or (40 if is_smoke else 300),
        seed=options.seed,
        pace=options.pace or 3.0,
        kill_every=options.kill_every,
        crashes_at=(0.5,) if is_smoke else (0.3, 0.7),
        settle=options.settle,
    )


def _prepare(folder: Path, postgres: Postgres | None) -> None:
    """The environment of all processes of the drill, this one included."""
    import django

    web = free_port()
    given = {name: value for name, value in os.environ.items() if not name.endswith("_FILE")}
    os.environ.clear()
    os.environ |= {
        **given,
        "DJANGO_SETTINGS_MODULE": "fluxhub.settings",
        "FLUXHUB_DATA": str(folder),
        "FLUXHUB_PORT": str(web),
        "SITE_URL": f"http://127.0.0.1:{web}",
        "CALLBACK_URL": "",
        "SANDBOX_PORT": str(free_port()),
        "SANDBOX_URL": "",
        "DATABASE_URL": postgres.url if postgres else f"sqlite:///{folder / 'fluxhub.sqlite3'}",
        "DEADLINE_PROFILE": "short",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FLUXHUB_ENCRYPTION_KEYS": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDE=",
        "SANDBOX_SECRET": secrets.token_urlsafe(24),
        "RECEIVER_PORT": str(receiver := free_port()),
        "ALLOWED_OUTBOUND_ORIGINS": f"http://127.0.0.1:{receiver}",
    }
    django.setup()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.chaos.run")
    parser.add_argument("--profile", choices=[SMOKE, FULL], default=FULL)
    parser.add_argument("--jobs", type=int, help="300, or 40 for smoke")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    parser.add_argument("--pace", type=float, help="orders a second")
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds")
    parser.add_argument("--settle", type=float, default=60.0, help="seconds after the last fault")
    parser.add_argument("--sqlite", action="store_true", help="even where PostgreSQL is found")
    parser.add_argument("--keep", action="store_true", help="keep journals and logs")
    return parser.parse_args()


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(f"Ended by signal {number}.")


if __name__ == "__main__":
    sys.exit(main())
