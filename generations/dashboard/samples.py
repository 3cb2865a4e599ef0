"""Things that never were, for the page that shows every component in every state."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.core.undo import MARK
from generations.credits.limits import Standing
from generations.credits.models import Account
from generations.credits.refusals import Refusal
from generations.dashboard.places import Place
from generations.keys.models import UpstreamKey
from generations.lifecycle.desk import Tile
from generations.lifecycle.models import Batch, Generation, Series
from generations.lifecycle.places import Place as Turn
from generations.lifecycle.progress import Progress
from generations.lifecycle.quote import Quote
from generations.lifecycle.states import Failure, Status, Wait
from generations.teams.models import Membership, User

THEMES = ("light", "dark")
COLOURS = (
    "canvas", "desk", "surface", "ink", "ink-muted", "line", "line-firm", "accent", "accent-wash",
    "positive", "caution", "negative", "series-1", "series-2", "series-3", "series-4", "series-5",
)  # fmt: skip
PARTS = (
    ("words", gettext_lazy("Words and figures")),
    ("colours", gettext_lazy("Colours")),
    ("signs", gettext_lazy("Signs")),
    ("buttons", gettext_lazy("Buttons")),
    ("fields", gettext_lazy("Fields")),
    ("choices", gettext_lazy("Choices")),
    ("notices", gettext_lazy("Notices and flags")),
    ("money", gettext_lazy("Money")),
    ("sheets", gettext_lazy("From a sheet to a picture")),
    ("pictures", gettext_lazy("Pictures, and what is done to them")),
    ("lists", gettext_lazy("Lists and facts")),
    ("tables", gettext_lazy("Tables")),
    ("frame", gettext_lazy("Around the page")),
)
SIZES = ((1024, 1024), (896, 1120), (1216, 832), (1344, 768))


class SampleForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), help_text=gettext_lazy("Short and plain."))
    text = forms.CharField(label=gettext_lazy("Prompt"), widget=forms.Textarea(attrs={"rows": 2}))
    project = forms.ChoiceField(
        label=gettext_lazy("Project"), choices=[("a", "Galway Arts Week"), ("b", "Hearth & Holm")]
    )
    quality = forms.ChoiceField(
        label=gettext_lazy("Quality"),
        choices=[("standard", gettext_lazy("Standard")), ("high", gettext_lazy("High"))],
        widget=forms.RadioSelect,
        initial="standard",
    )
    count = forms.IntegerField(label=gettext_lazy("Count"), initial=4, min_value=1, max_value=20)
    is_private = forms.BooleanField(label=gettext_lazy("Only for me"), required=False)


@dataclass(frozen=True)
class Specimen:
    """What the pieces of the page need, once for each theme: ids and groups are apart."""

    theme: str
    form: SampleForm
    wrong: SampleForm
    apart: SampleForm  # for a field that is shown a second time
    tiles: list[Tile]


def specimens(person: User) -> list[Specimen]:
    return [
        Specimen(
            theme,
            SampleForm(prefix=theme),
            SampleForm({f"{theme}-wrong-count": "50"}, prefix=f"{theme}-wrong"),
            SampleForm(prefix=f"{theme}-apart"),
            list(tiles(person)),
        )
        for theme in THEMES
    ]


def context() -> dict[str, Any]:
    person = User(name="Aoife Brennan", email="aoife@example.com")
    return {
        "colours": COLOURS,
        "parts": PARTS,
        "signs": signs(),
        "sizes": SIZES,
        "specimens": specimens(person),
        "quotes": SampleQuotes(),
        "person": person,
        "progress": series(person),
        "toasts": toasts(),
        "places": [
            Place(_("Queue"), "queue", "#", key="g q"),
            Place(_("Sign out"), "leave", "#"),
        ],
        "sparks": [3, 8, 5, 13, 2, 0, 7, 11],
        "now": timezone.now(),
    }


@cache
def signs() -> list[str]:
    """The names of the sprite's signs."""
    sprite = Path(str(finders.find("icons.svg"))).read_text()
    return re.findall(r'<symbol id="([^"]+)"', sprite)


def tiles(person: User) -> Iterator[Tile]:
    """A generation in each state that is not yet a picture, or never will be."""
    turn = Turn(3, 40, Wait.CONCURRENCY, slots=3)
    yield Tile(_generation(person, Status.QUEUED), place=turn)
    yield Tile(_generation(person, Status.PROCESSING), seconds=18, expected=28)
    yield Tile(_generation(person, Status.STORING), seconds=35, expected=28)
    failed = _generation(person, Status.FAILED)
    failed.failure, failed.message = Failure.REFUSED, _("No such style")
    yield Tile(failed)
    yield Tile(_generation(person, Status.CANCELLED))


class SampleQuotes:
    """What trying again would meet: for what failed there is no more today."""

    def again(self, generation: Generation) -> Quote:
        size, most, reset = (generation.width, generation.height), 20, timezone.now()
        refusal = None
        if generation.status == Status.FAILED:
            refusal = Refusal(
                "", "", required=most, available=15, whole=1000, frees_at=reset, binds="plan"
            )
        standing = Standing(Account(), Membership(), reset.date(), reset, 985, 0)
        return Quote(size, "standard", 1, standing, refusal, "", lambda: None, lambda: 0)


def series(person: User) -> Progress:
    """A batch of many rows with pictures in every state."""
    return Progress(
        Series(name=_("Hills behind {city}"), author=person, mode="live"),
        waiting=90,
        drawing=3,
        finished=132,
        failed=5,
        cancelled=10,
    )


def _generation(person: User, status: str) -> Generation:
    return Generation(
        batch=Batch(template=_("Hills behind {city}"), author=person),
        author=person,
        upstream_key=UpstreamKey(concurrent=3),
        status=status,
        mode="live",
        prompt=_("Hills behind Galway"),
        width=896,
        height=1120,
        likely=15,
        most=20,
        claimed_at=timezone.now() - timedelta(seconds=18),
    )


def toasts() -> list[Message]:
    undoable = f"{MARK}# "
    return [
        Message(constants.SUCCESS, _("Archived: it is no longer in the library."), undoable),
        Message(constants.SUCCESS, _("Saved.")),
        Message(constants.ERROR, _("That did not work. Nothing was charged.")),
    ]
