"""What stands around every page: the main navigation, what is left, the teams, the toasts."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template import Context, Engine
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from generations.alerts.truth import count_unread
from generations.core import undo
from generations.credits.accounts import wallet
from generations.credits.allowance import granted
from generations.dashboard.places import Group, groups
from generations.keys.models import ApiKey
from generations.lifecycle import waiting
from generations.reports.meter import meter as read_meter
from generations.teams.allowance import Allowance
from generations.teams.models import Membership
from generations.teams.modes import Mode
from generations.templatetags.ui import when

register = template.Library()


@dataclass(frozen=True)
class Section:
    """One entry of the main navigation."""

    name: str  # of its address, and of its sign
    keys: str  # "g c", see keys.js
    label: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def sections(context: Context) -> list[Section]:
    """The main navigation of the team; current is the one whose pages the address belongs to."""
    request, team = context["request"], context["team"]
    here = request.resolver_match.url_name if request.resolver_match else ""
    library = {"prompt", "prompt_new", "prompt_edit", "styles", "style_edit"}
    making = {"create_batch", "series_list", "series_new", "series"}
    found: tuple[tuple[str, str, str, set[str]], ...] = (
        ("create", "g c", _("Create"), making),
        ("gallery", "g g", _("Gallery"), {"picture"}),
        ("prompts", "g p", _("Prompts"), library),
        ("queue", "g q", _("Queue"), set()),
        ("usage", "g u", _("Usage"), {"entries", "bill", "differences"}),
    )
    return [
        Section(name, keys, label, reverse(name, args=[team.slug]), here in {name, *below})
        for name, keys, label, below in found
        if name != "create" or "spend" in context["rights"]
    ]


# The two figures of the frame are on the page from the first moment: nothing moves when they come.
@register.inclusion_tag("reports/_meter.html", takes_context=True)
def meter(context: Context, mode: str = "") -> dict[str, Any]:
    """What is left, of the mode that the composer is set to or else of its usual one."""
    return {"meter": read_meter(context["membership"], mode), "team": context["team"]}


@register.inclusion_tag("alerts/_mark.html", takes_context=True)
def notice_mark(context: Context) -> dict[str, Any]:
    """How many notices the reader has not read, of those that still hold."""
    count = count_unread(context["membership"])
    return {"count": count, "team": context["team"]}


@register.inclusion_tag("lifecycle/_queue_count.html", takes_context=True)
def queue_count(context: Context) -> dict[str, Any]:
    """How many the queue page shows."""
    return {"length": waiting.length(context["team"], context["user"])}


@register.simple_tag(takes_context=True)
def places(context: Context) -> list[Group]:
    """Where the reader may go from here."""
    return groups(context["membership"], context["memberships"]())


@register.simple_tag
def keys(names: str) -> SafeString:
    """Keys as they are pressed, one after the other or together: "g c", "Ctrl Enter"."""
    return format_html_join(" ", "<kbd>{}</kbd>", ((name,) for name in names.split()))


@register.inclusion_tag("layout/_shortcut.html")
def shortcut(needs: str, keys: str, words: str) -> dict[str, Any]:
    """A line of the shortcuts, shown where something on the page has `needs` as its data-key."""
    return {"needs": needs.replace(" ", ""), "keys": keys, "words": words}


@register.simple_block_tag(takes_context=True)
def shortcuts(context: Context, content: SafeString) -> SafeString:
    """The dialog of all shortcuts; in the slot a line for each of the page's own."""
    dialog = Engine.get_default().get_template("layout/_shortcuts.html")
    with context.push(content=content):
        return dialog.render(context)


@register.simple_tag(takes_context=True)
def printed(context: Context) -> str:
    """This moment, for a page that is printed."""
    return when(context, timezone.now(), "full")


@register.inclusion_tag("ui/toast.html", takes_context=True)
def toast(context: Context, message: Message) -> dict[str, Any]:
    """A message, and where it offers one, the button that undoes what it tells."""
    return {
        "text": message.message,
        "kind": message.level_tag,
        "undo": undo.offered(message),
        "here": _page_of(context),
        "csrf_token": context.get("csrf_token"),
    }


def _page_of(context: Context) -> str:
    """The page that the reader sees, also where only a part of it is answered; "" if not sure."""
    request = context["request"]
    if request.htmx:
        return request.htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method == "GET" else ""


@register.inclusion_tag("teams/_limits.html", takes_context=True)
def limits(context: Context, row: Membership | ApiKey) -> dict[str, Any]:
    """The limits that a member or a key has of its own, and the plan's where those are tighter.

    One query on a page, where any such limit is shown.
    """
    mode = row.mode if isinstance(row, ApiKey) else Mode.LIVE
    known: dict[str, Allowance] = context.dicts[0].setdefault("plans by mode", {})
    if mode not in known:
        known[mode] = granted(wallet(context["team"], mode).plan)
    return {"row": row, "most": known[mode]}
