"""What this slice does when money or a key moved. Wired in generations/apps.py."""

import time
from typing import Any
from uuid import UUID

from generations.core.queue.wake import nudge
from generations.lifecycle.models import Reconciliation, Transition
from generations.lifecycle.states import Status

WATCH = "generations.alerts.tasks.watch"
APART = 5.0  # seconds between two looks at one team that this process asks for; the sweep looks too

_last: dict[UUID, float] = {}


def look(sender: object, transition: Transition, **kwargs: Any) -> None:
    """After an end, and after a send that came back: the key may have been refused."""
    came_back = transition.target == Status.QUEUED and transition.source == Status.SUBMITTING
    if transition.target in {Status.COMPLETED, Status.FAILED} or came_back:
        _nudge(transition.team_id)


def compared(sender: object, reconciliation: Reconciliation, **kwargs: Any) -> None:
    nudge(WATCH, reconciliation.team_id)


def _nudge(team_id: UUID) -> None:
    now = time.monotonic()
    if now - _last.get(team_id, -APART) < APART:
        return
    _last[team_id] = now
    nudge(WATCH, team_id)
