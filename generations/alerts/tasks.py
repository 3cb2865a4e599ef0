"""What the cluster runs. These dotted paths are stored in messages and never change."""

from generations.alerts import letters
from generations.alerts import watch as watching


def send(letter_id: str) -> None:
    letters.send(letter_id)


def watch(team_id: str) -> None:
    watching.watch(team_id)
