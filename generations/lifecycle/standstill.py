"""The shared keys on the queue page, and what to do where none of them can be used."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations.keys.models import KeyState, UpstreamKey
from generations.teams.modes import Mode


@dataclass(frozen=True)
class KeyLine:
    """A shared key on the page, with how many pictures are under way at it."""

    key: UpstreamKey
    under_way: int


@dataclass(frozen=True)
class Standstill:
    """Something waits, and no key of that mode can be used until somebody acts."""

    mode: str
    keys: list[UpstreamKey]

    @property
    def what(self) -> str:
        if self.mode == Mode.TEST:
            return _("Practice pictures wait: %(why)s.") % {"why": self.why}
        return _("Nothing is sent: %(why)s.") % {"why": self.why}

    @property
    def why(self) -> str:
        """In a few words."""
        count = len(self.keys)
        says = {
            KeyState.ACTIVE: ngettext(
                "the hub cannot open the key", "the hub cannot open any key", count
            ),
            KeyState.PAUSED: ngettext("the key is paused", "all keys are paused", count),
            KeyState.REJECTED: ngettext(
                "the upstream rejected the key", "the upstream rejected every key", count
            ),
            KeyState.EXHAUSTED: ngettext(
                "the key is out of credit upstream", "every key is out of credit upstream", count
            ),
        }
        states = {KeyState(key.state) for key in self.keys}
        return says[states.pop()] if len(states) == 1 else _("no key can be used")

    @property
    def is_for_an_admin(self) -> bool:
        """Whether an admin of the team can end it, and not only whoever runs the hub."""
        return not self.keys or any(key.state != KeyState.ACTIVE for key in self.keys)

    @property
    def advice(self) -> str:
        """Which key to bring back, and how: what is easiest first."""
        # A paused key that the hub cannot open either would go on standing still.
        paused = [key.name for key in self.keys if key.state == KeyState.PAUSED and key.is_openable]
        rejected = [key.name for key in self.keys if key.state == KeyState.REJECTED]
        exhausted = [key.name for key in self.keys if key.state == KeyState.EXHAUSTED]
        if paused:
            return _("Resume %(keys)s, and the queue goes on.") % {"keys": _either(paused)}
        if rejected:
            said = _("Replace %(keys)s among the shared keys, and the queue goes on.")
            return said % {"keys": _either(rejected)}
        if exhausted:
            return _("Buy credit at the upstream: it is tried again every quarter of an hour.")
        if self.keys:
            said = _(
                "The hub cannot open %(keys)s: FLUXHUB_ENCRYPTION_KEYS is not what sealed it. Once "
                "whoever runs the hub has put that right, the queue goes on by itself."
            )
            return said % {"keys": _either([key.name for key in self.keys])}
        return _("Add a shared key, and the queue goes on.")


def key_lines(keys: list[UpstreamKey], under_way: Counter[UpstreamKey]) -> list[KeyLine]:
    """Those of the team, and removed ones whose pictures are not drawn yet."""
    removed = [key for key in under_way if key not in keys]
    return [KeyLine(key, under_way[key]) for key in (*keys, *removed)]


def standstills(keys: list[UpstreamKey], waits: set[str]) -> list[Standstill]:
    """One for each mode in which something waits and no key can be used."""
    by_mode = {mode: [key for key in keys if key.mode == mode] for mode in waits}
    return [
        Standstill(mode, found)
        for mode, found in by_mode.items()
        if not any(key.is_usable for key in found)
    ]


def _either(names: list[str]) -> str:
    """ "A", "A or B", "A, B or C"."""
    *others, last = names
    return _("%(some)s or %(last)s") % {"some": ", ".join(others), "last": last} if others else last
