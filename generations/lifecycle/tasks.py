"""What the cluster runs. These dotted paths are stored in messages and never change."""

from generations.lifecycle import dispatch as dispatching
from generations.lifecycle import look as looking
from generations.lifecycle import store as storing


def dispatch(key_id: str) -> None:
    dispatching.dispatch(key_id)


def look(generation_id: str) -> None:
    looking.look(generation_id)


def store(generation_id: str) -> None:
    storing.store(generation_id)
