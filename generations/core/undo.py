"""Undo, not confirm: a message that carries the way back, as a form with one button.

    library.archive(prompt, request.user)
    undo.offer(request, _("Archived."), reverse("prompt_restoration", args=[team.slug, prompt.pk]))
    return redirect("prompts", team.slug)

The message is shown like every other: on the next page, or at once in an answer to htmx that
includes `ui/toasts_news.html`. Its button posts to `url`; the view there calls its door and answers

    return undo.done(request, reverse("prompts", args=[team.slug]))
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from generations.core import clock

# A message keeps only texts on its way to the next page: the way back lies in its tags.
MARK = "undo:"


@dataclass(frozen=True)
class Offer:
    """Where the button of a message posts to, and what it sends along."""

    url: str
    fields: tuple[tuple[str, str], ...]
    until: float | None = None  # seconds since the epoch; None: it does not pass away

    @property
    def seconds(self) -> int | None:
        """How many are left. 0: it is too late, and there is no button any more."""
        if self.until is None:
            return None
        return max(0, ceil(self.until - clock.now().timestamp()))


def offer(
    request: HttpRequest, text: str, url: str, until: datetime | None = None, **fields: str
) -> None:
    """Say that something was done, with a button "Undo" which posts `fields` to `url`.

    `url` takes a plain POST, refuses who may not, and is safe to call twice. With `until` the
    button counts down the seconds and then goes; the view refuses by its own clock.
    """
    passes = f" {until.timestamp()}" if until else ""
    messages.success(request, text, extra_tags=f"{MARK}{url} {urlencode(fields)}{passes}")


def offered(message: Message) -> Offer | None:
    """What `offer` put into this message."""
    tags = message.extra_tags or ""
    if not tags.startswith(MARK):
        return None
    url, fields, *passes = tags.removeprefix(MARK).split(" ")
    until = float(passes[0]) if passes else None
    return Offer(url, tuple(parse_qsl(fields, keep_blank_values=True)), until)


def done(request: HttpRequest, otherwise: str) -> HttpResponse:
    """The answer to an undo (and to every other form with a field `next`): back to that page.

    `otherwise` is the page for a form that does not say where it stands. To htmx the page is
    refreshed where it is, so that it keeps its place.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    back = request.POST.get("next", "")
    # Not `redirect`, which takes what is no path for the name of a view.
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if is_ours else otherwise)
