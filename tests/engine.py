"""The queue in a test's own hands: real messages, run one after the other in this process."""

import time
from collections.abc import Callable
from importlib import import_module

from django_q.models import OrmQ

from generations.core.queue.sweep import run_round
from generations.lifecycle.models import Generation

PATIENCE = 20.0


def run_messages() -> int:
    """Run every message that is in the queue, and those they lead to. Returns how many."""
    count = 0
    while run_message():
        count += 1
    return count


def run_message() -> bool:
    """Run the oldest message. Whether there was one."""
    message = OrmQ.objects.order_by("id").first()
    if message is None:
        return False
    module, _, name = message.task["func"].rpartition(".")
    arguments = message.task["args"]
    message.delete()
    getattr(import_module(module), name)(*arguments)
    return True


def run_until(reached: Callable[[], bool]) -> None:
    """Messages, and sweeps where there are none; fails when it does not come to pass."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "It did not come to pass."
        if not run_message():
            run_round()
            time.sleep(0.02)


def run_to_end(*generations: Generation) -> None:
    """Until all of them are final, their rows refreshed."""

    def ended() -> bool:
        for generation in generations:
            generation.refresh_from_db()
        return all(generation.is_final for generation in generations)

    run_until(ended)
