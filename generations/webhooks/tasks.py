"""What the cluster runs. These dotted paths are stored in messages and never change."""

from generations.webhooks import apply as applying
from generations.webhooks import deliver as delivering


def apply(digest: str) -> None:
    applying.apply(digest)


def deliver(delivery_id: str) -> None:
    delivering.deliver(delivery_id)
