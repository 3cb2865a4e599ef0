"""The hub's own programs, in processes that die at the armed point: see `points`.

`mortal.py web` is `manage.py serve`; anything else is manage.py's. Nothing of the hub knows of it.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT = Path(__file__).resolve().parents[2]
# What the supervisor starts is this program again. It imports by whole names only.
sys.path[0] = str(PROJECT)

import django  # noqa: E402

from generations.core import processes  # noqa: E402
from tests.chaos.points import CALLS, WRITE, Moment, armed, disarm  # noqa: E402

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

FOLDER = Path(os.environ["FLUXHUB_DATA"])
# Seconds: as long as a busy machine needs, and no longer than a test may wait.
LEASES: dict[str, float] = {"open_lease": 2, "sending_lease": 3, "unknown": 1, "storing_lease": 3}
LEASES |= {"receipt": 1, "delivery_lease": 3, "sweep": 0.2}


def main() -> None:
    processes.die_with_parent()
    django.setup()
    _hurry()
    for step in CALLS:
        _watch(step)
    _watch_writes()
    if sys.argv[1:] == ["web"]:
        from gunicorn.app.wsgiapp import run

        sys.argv = ["gunicorn", "-c", str(PROJECT / "fluxhub/server.py")]
        run()
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


def _hurry() -> None:
    from django.apps import apps
    from django.conf import settings

    from generations.core.queue import supervisor
    from generations.lifecycle import look_all, news, recovery

    # Tables are made as the models are: all migrations would take as long as many deaths.
    settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
    settings.DEADLINES |= LEASES
    supervisor.LONGEST_DELAY = 0.0
    recovery.NUDGE_AGAIN = look_all.RESOLVE_AGAIN = 1.0
    news.FIRST_POLL_WITH_WEBHOOK = news.FIRST_POLL


def _watch(step: str) -> None:
    module, _, name = step.rpartition(".")
    owner = import_module(module)
    function: Callable[..., Any] = getattr(owner, name)

    @wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        point = armed(FOLDER)
        if point is None or not point.is_at(step, arguments):
            return function(*arguments, **named)
        if point.moment is Moment.BEFORE:
            _die()
        answer = function(*arguments, **named)
        _die()
        return answer

    setattr(owner, name, watched)


def _watch_writes() -> None:
    from django.db.backends.signals import connection_created

    def listen(connection: "BaseDatabaseWrapper", **_named: object) -> None:
        connection.execute_wrappers.append(_written)

    connection_created.connect(listen, weak=False)


def _written(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    answer = execute(sql, params, many, context)
    given = params.values() if isinstance(params, dict) else params or ()
    point = armed(FOLDER)
    if point and point.is_at(WRITE, (sql, *given)):
        _die_at_commit(context["connection"], point.moment)
    return answer


def _die_at_commit(connection: "BaseDatabaseWrapper", moment: Moment) -> None:
    if moment is Moment.AFTER_COMMIT:
        connection.on_commit(_die)
    elif connection.in_atomic_block:
        _die_instead_of_commit(connection)


def _die_instead_of_commit(connection: "BaseDatabaseWrapper") -> None:
    commit = connection.commit

    def die_first() -> None:
        connection.commit = commit  # type: ignore[method-assign]
        _die()
        commit()

    connection.commit = die_first  # type: ignore[method-assign]


def _die() -> None:
    """The whole program, so that no other of its processes goes on with the work meanwhile."""
    if disarm(FOLDER):
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
