"""What a notice says: what happened, what it means, what to do. In the reader's language."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generations.alerts.models import OWN, Kind, Notice
from generations.alerts.truth import State
from generations.credits.refusals import grouped
from generations.reports.bill import lost_on
from generations.teams.modes import Mode


@dataclass(frozen=True)
class Words:
    happened: str
    meaning: str
    act: str  # the label of the link
    url: str  # where it is done, without the host


def words(notice: Notice) -> Words:
    happened, meaning, act, url = _SAYS[Kind(notice.kind)](notice)
    if notice.mode == Mode.TEST:
        meaning = f"{meaning} {_('This is practice, not real spend.')}"
    return Words(happened, meaning, act, url)


def over(notice: Notice, state: State, today: date) -> str:
    """What ended it, of a notice that holds no more; empty of one that does."""
    if state == State.HOLDS:
        return ""
    if state == State.ANEW:
        return _("Told anew since.")
    if notice.kind in OWN:
        if notice.day != today:
            return _("That day is over: a new one has begun.")
        return _("No longer so: the limit was raised.")
    if notice.kind == Kind.WALLET_LOW:
        return _("No longer so: there is enough in the wallet again.")
    if notice.kind == Kind.FROZEN:
        return _("No longer so: the account is open again.")
    return _("No longer so: that key is no longer in this trouble.")


def _limit_near(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("You have spent {spent} of your {limit} credits a day.").format(**_figures(notice)),
        _("When they are used up, new pictures are refused or wait until midnight."),
        _("See your day"),
        _to(notice, "usage"),
    )


def _limit_reached(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("You have spent {spent} of your {limit} credits a day.").format(**_figures(notice)),
        _("What is left does not pay for one more picture. It starts anew at midnight."),
        _("See your day"),
        _to(notice, "usage"),
    )


def _wallet_low(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("The team wallet has {left} credits left.").format(**_figures(notice)),
        _("That is below the {threshold} of which you are told. At 0 nothing more is made.").format(
            **_figures(notice)
        ),
        _("Add credits"),
        _to(notice, "credits"),
    )


def _difference(notice: Notice) -> tuple[str, str, str, str]:
    day = date_format(notice.day, "j F Y")
    query = f"?month={notice.day:%Y-%m}&mode={notice.mode}&key={notice.facts.get('key', '')}"
    return (
        _("The bill of {name} for {day} differs from what we booked.").format(
            name=notice.facts.get("name", ""), day=day
        ),
        _("{unexplained} credits are unexplained. Nothing was corrected.").format(
            **_figures(notice)
        ),
        _("See the differences"),
        _to(notice, "differences") + query,
    )


def _loss(notice: Notice) -> tuple[str, str, str, str]:
    query = f"?kind=loss&day={notice.day.isoformat()}&mode={notice.mode}"
    lost = lost_on(notice.team, notice.mode, notice.day)  # as of now: told once, the day goes on
    return (
        ngettext(
            "The upstream took {credits} credit that no member is charged for.",
            "The upstream took {credits} credits that no member is charged for.",
            lost,
        ).format(credits=grouped(lost)),
        _("A picture came late, could not be had, or cost more than was held for it."),
        _("See which"),
        _to(notice, "entries") + query,
    )


def _key_rejected(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("The upstream rejected the key {name}.").format(name=notice.facts.get("name", "")),
        _("Nothing more is sent with it. What waits for it goes on waiting."),
        _("Test or replace it"),
        _to(notice, "upstream_keys"),
    )


def _key_exhausted(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("The key {name} is out of credit upstream.").format(name=notice.facts.get("name", "")),
        _("It is tried again every quarter of an hour. Add credit at the upstream."),
        _("See the shared keys"),
        _to(notice, "upstream_keys"),
    )


def _key_unopened(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("The hub cannot open the key {name}.").format(name=notice.facts.get("name", "")),
        _(
            "Nothing is sent with it until whoever runs the hub has put FLUXHUB_ENCRYPTION_KEYS "
            "right. What waits then goes on by itself."
        ),
        _("See the shared keys"),
        _to(notice, "upstream_keys"),
    )


def _frozen(notice: Notice) -> tuple[str, str, str, str]:
    return (
        _("The team’s account is frozen."),
        _("Its books have a difference. Nothing new is held until the operator has looked."),
        _("See the usage"),
        _to(notice, "usage") + f"?mode={notice.mode}",
    )


def _unusual_day(notice: Notice) -> tuple[str, str, str, str]:
    query = f"?day={notice.day.isoformat()}&mode={notice.mode}"
    return (
        _("The team spent {spent} credits on {day}.").format(
            day=date_format(notice.day, "j F Y"), **_figures(notice)
        ),
        _("That is more than three times a usual day of {usual}. Nothing was stopped.").format(
            **_figures(notice)
        ),
        _("See what was made"),
        _to(notice, "entries") + query,
    )


_SAYS = {
    Kind.LIMIT_NEAR: _limit_near,
    Kind.LIMIT_REACHED: _limit_reached,
    Kind.WALLET_LOW: _wallet_low,
    Kind.DIFFERENCE: _difference,
    Kind.LOSS: _loss,
    Kind.KEY_REJECTED: _key_rejected,
    Kind.KEY_EXHAUSTED: _key_exhausted,
    Kind.KEY_UNOPENED: _key_unopened,
    Kind.FROZEN: _frozen,
    Kind.UNUSUAL_DAY: _unusual_day,
}


def _figures(notice: Notice) -> dict[str, str]:
    return {name: grouped(value) for name, value in notice.facts.items() if type(value) is int}


def _to(notice: Notice, name: str) -> str:
    return reverse(name, args=[notice.team.slug])
