"""What the cluster runs. These dotted paths are stored in messages and never change."""

from generations.keys import learning


def balance(key_id: str) -> None:
    learning.ask_balance(key_id)
