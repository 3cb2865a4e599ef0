"""The roof: the one app, and the only place where slices are wired to each other."""

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from generations.core.append_only import Guard

HOUR = 3600.0


class GenerationsConfig(AppConfig):
    name = "generations"
    verbose_name = "Fluxhub"

    def ready(self) -> None:
        post_migrate.connect(prepare_database, sender=self)
        connect_news()
        register_sweep()


def prepare_database(using: str = DEFAULT_DB_ALIAS, **_kwargs: Any) -> None:
    """After every migration: the triggers that guard written rows, and the missing plans."""
    from generations.core import append_only
    from generations.credits.accounts import ensure_plans

    append_only.install(guards(), using)
    ensure_plans()


def guards() -> "list[Guard]":
    from generations.credits.guards import GUARDS as MONEY
    from generations.lifecycle.guards import GUARDS as BILLS
    from generations.teams.guards import GUARDS as ACTS

    return [*MONEY, *BILLS, *ACTS]


def connect_news() -> None:
    """Who listens to whom. A missed signal is made good by the sweep."""
    from generations.alerts import receivers as alerts
    from generations.credits.signals import credited
    from generations.keys.signals import opened
    from generations.lifecycle.receivers import fund_team, send_waiting
    from generations.lifecycle.signals import reconciled, transitioned
    from generations.webhooks.receivers import queue_deliveries

    transitioned.connect(queue_deliveries, dispatch_uid="deliveries")
    transitioned.connect(alerts.look, dispatch_uid="alerts")
    reconciled.connect(alerts.compared, dispatch_uid="alerts")
    credited.connect(fund_team, dispatch_uid="waits for credit")
    opened.connect(send_waiting, dispatch_uid="waits for a key")


def register_sweep() -> None:
    from generations.alerts import letters, watch
    from generations.api import throttle
    from generations.core.queue.sweep import register
    from generations.keys import learning
    from generations.lifecycle import fund, nightly, recovery
    from generations.webhooks import apply as receipts
    from generations.webhooks import outbox

    register("leases", recovery.end_leases)
    register("receipts", receipts.unapplied)
    register("polls", recovery.poll)
    register("stores", recovery.store_again)
    register("wallets", fund.look_again)
    register("funds", recovery.fund_waiting)
    register("line", recovery.send_waiting)
    register("deliveries", outbox.due)
    register("missed deliveries", outbox.undelivered, every=60)
    register("keys", recovery.revive_keys, every=30)
    register("balances", learning.ask_balances, every=60)
    register("old waits", recovery.end_old_waits, every=60)
    register("holds", recovery.check_holds, every=60)
    register("days", nightly.open_days, every=60)
    register("reconciliation", nightly.reconcile_due, every=30)
    register("alerts", watch.watch_all, every=15)
    register("letters", letters.due)
    register("idempotency", recovery.forget_idempotency, every=HOUR)
    register("rate windows", throttle.forget_windows, every=60)
