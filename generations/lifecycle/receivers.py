"""What this slice does when a wallet has more or a key opens. Wired in generations/apps.py."""

from typing import Any

from generations.core.queue.wake import wake
from generations.keys.models import UpstreamKey
from generations.lifecycle import fund, line, moves
from generations.teams.models import Team


def fund_team(sender: object, team: Team, **kwargs: Any) -> None:
    """Not here, under the lock of the wallet: what waits is locked before it."""
    if fund.waiting_for_wallets(team.pk).exists():
        wake(moves.FUND, team.pk)


def send_waiting(sender: object, key: UpstreamKey, **kwargs: Any) -> None:
    """At once what the sweep would find soon."""
    if line.waiting(key.team_id, key.mode).exists():
        wake(moves.DISPATCH, key.pk)
