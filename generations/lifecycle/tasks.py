"""What the cluster runs. These dotted paths are stored in messages and never change."""

from uuid import UUID

from generations.lifecycle import dispatch as dispatching
from generations.lifecycle import look as looking
from generations.lifecycle import look_all as looking_around
from generations.lifecycle import reconcile as reconciling
from generations.lifecycle import recovery
from generations.lifecycle import store as storing


def dispatch(key_id: str) -> None:
    dispatching.dispatch(key_id)


def look(generation_id: str) -> None:
    looking.look(generation_id)


def look_all() -> None:
    looking_around.look_all()


def store(generation_id: str) -> None:
    storing.store(generation_id)


def reconcile(reconciliation_id: str) -> None:
    reconciling.reconcile(reconciliation_id)


def fund_team(team_id: str) -> None:
    recovery.fund_team(UUID(team_id))
