"""Small drawings of figures, and the way from a figure to its entries."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

ROUND = 1000  # what the whole ring counts as
TICK = 4  # of it: one held tick, and the gap after it
SPARK_WIDTH, SPARK_HEIGHT = 120, 26  # pixels


@register.inclusion_tag("ui/ring.html")
def ring(total: int, spent: int = 0, held: int = 0) -> dict[str, Any]:
    """A bar bent round: solid is spent, ticks are held, empty is left. The slot in it is free."""
    whole = max(total, 1)
    solid = min(ROUND, round(ROUND * spent / whole))
    ticks = min(round(ROUND * held / whole), ROUND - solid) // (2 * TICK)
    dashes = f"{TICK} {TICK} " * (max(ticks, 1) - 1) + f"{TICK} {2 * ROUND}"
    return {
        "spent": f"{solid} {2 * ROUND}" if solid else "",
        "held": f"0 {solid + TICK / 2:g} {dashes}" if held else "",
    }


@register.simple_tag
def sparkline(values: list[int]) -> SafeString:
    """The run of a row's days, its last one marked. Decoration: the table has the figures."""
    highest, floor = max([*values, 1]), SPARK_HEIGHT - 4
    step = (SPARK_WIDTH - 8) / max(len(values) - 1, 1)
    points = [
        (f"{4 + step * n:.1f}", f"{floor - (floor - 4) * value / highest:.1f}")
        for n, value in enumerate(values)
    ]
    return format_html(
        '<svg class="spark" width="{}" height="{}" aria-hidden="true">'
        '<path class="spark__ground" d="M0 {}h{}"></path>'
        '<polyline class="spark__line" points="{}"></polyline>'
        '<circle class="spark__dot" cx="{}" cy="{}" r="2.6"></circle></svg>',
        str(SPARK_WIDTH),
        str(SPARK_HEIGHT),
        f"{SPARK_HEIGHT - 1.5}",
        str(SPARK_WIDTH),
        " ".join(f"{x},{y}" for x, y in points),
        *points[-1],
    )


@register.simple_tag(takes_context=True)
def entries_url(context: Context, period: Any, narrows: dict[str, str] | None = None) -> str:
    """Where the entries of a figure of the usage page are: these days, this row, its filters."""
    days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    if period.first == period.last:
        days = {"day": period.first.isoformat()}
    return _entries(context, {**days, **_filters(context), **(narrows or {})})


@register.simple_tag(takes_context=True)
def bill_url(context: Context, key: Any, kind: str) -> str:
    """Where the entries of a figure of the bill are: its days, of this shared key and kind."""
    period = context["wanted"].period
    days = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    return _entries(context, {**days, "kind": kind, "key": str(key.pk)})


@register.simple_tag(takes_context=True)
def held_url(context: Context) -> str:
    """Where the holds are that make up what is held at this moment."""
    return _entries(context, {"kind": "open", **_filters(context)})


def _filters(context: Context) -> dict[str, str]:
    """Whose and which project's, as the page is narrowed."""
    wanted, narrows = context["wanted"], {}
    if wanted.user:
        narrows["user"] = str(wanted.user.pk)
    if wanted.project:
        narrows["project"] = str(getattr(wanted.project, "pk", wanted.project))
    return narrows


def _entries(context: Context, query: dict[str, str]) -> str:
    address = reverse("entries", args=[context["team"].slug])
    return f"{address}?{urlencode({**query, 'mode': context['wanted'].mode.value})}"
