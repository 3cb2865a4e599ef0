"""The roof: the one app, and the only place where slices are wired to each other."""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate

HOUR = 3600.0


class GenerationsConfig(AppConfig):
    name = "generations"
    verbose_name = "Fluxhub"

    def ready(self) -> None:
        post_migrate.connect(prepare_database, sender=self)


def prepare_database(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    """After every migration: the triggers that guard written rows, and the missing plans."""
    from generations.core import append_only
    from generations.credits.accounts import ensure_plans

    append_only.install(guards(), using)
    ensure_plans()


def guards() -> list[Any]:
    from generations.credits.guards import GUARDS as MONEY
    from generations.teams.guards import GUARDS as ACTS

    return [*MONEY, *ACTS]


def register_sweep() -> None:
    from generations.core.queue.sweep import register
    from generations.lifecycle import recovery

    register("leases", recovery.end_leases)
    register("polls", recovery.poll)
    register("stores", recovery.store_again)
    register("funds", recovery.fund_waiting)
    register("line", recovery.send_waiting)
    register("keys", recovery.revive_keys, every=30)
    register("old waits", recovery.end_old_waits, every=60)
    register("holds", recovery.check_holds, every=60)
    register("idempotency", recovery.forget_idempotency, every=HOUR)
