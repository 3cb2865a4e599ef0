"""Room on the shared keys today: what does not fit there is not refused, it starts tomorrow."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from generations.credits.refusals import grouped
from generations.keys import upstream
from generations.lifecycle import key_day
from generations.lifecycle.models import Generation
from generations.lifecycle.states import Status
from generations.teams import days
from generations.teams.models import Team


@dataclass(frozen=True)
class KeysToday:
    """Pictures that the keys' own daily figures have room for, without those already in line."""

    left: int
    whole: int  # pictures a day, of all keys
    resets_at: datetime

    def sentence(self, team: Team) -> str:
        local = timezone.localtime(self.resets_at, timezone=days.zone(team))
        said = ngettext(
            "The shared key has {left} of {whole} picture left today; what does not fit starts "
            "after {time}.",
            "The shared key has {left} of {whole} pictures left today; what does not fit starts "
            "after {time}.",
            self.whole,
        )
        return said.format(
            left=grouped(self.left), whole=grouped(self.whole), time=date_format(local, "H:i")
        )


def of_team(team: Team, mode: str, most: int) -> KeysToday | None:
    """None where a key takes any number. `most` is what a picture may cost, in credits: some keys
    count those. One query, and two more where every key has a daily figure.
    """
    keys = list(upstream.usable(team).filter(mode=mode))
    if not keys or any(key.daily_limit is None for key in keys):
        return None
    # Also what was asked for while another key was in use: it is sent by one of these.
    in_line = Generation.objects.filter(upstream_key__team=team, upstream_key__mode=mode)
    waiting = in_line.filter(status=Status.QUEUED, hold__isnull=False).count()
    left, whole = 0, 0
    for day in key_day.of_each(team, keys):
        each = most if day.is_in_credits else 1
        left += day.left // each
        whole += day.limit // each
    return KeysToday(max(0, left - waiting), whole, days.next_midnight(team))
