"""What this slice does when a generation moves. Wired in generations/apps.py."""

from typing import Any

from generations.lifecycle.models import Transition
from generations.webhooks import outbox


def queue_deliveries(sender: object, transition: Transition, **kwargs: Any) -> None:
    outbox.queue(transition)
