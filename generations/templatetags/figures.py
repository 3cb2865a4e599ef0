"""Numbers, sizes and small charts, as tags. Numbers in attributes are never localised."""

from decimal import Decimal
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from generations.providers.catalogue import version_name

register = template.Library()

RATIOS = ((1, 1), (4, 5), (5, 4), (3, 4), (4, 3), (2, 3), (3, 2), (9, 16), (16, 9), (21, 9))
PATCHES = 12


@register.filter
def grouped(number: int) -> str:
    """1000 reads 1,000."""
    return number_format(number, force_grouping=True)


@register.filter
def signed(number: int) -> str:
    """What is added or taken: 3000 reads "+3,000", -50 "−50"."""
    return f"{'−' if number < 0 else '+'}{grouped(abs(number))}"


@register.filter
def money(amount: Decimal) -> str:
    """1234.5 reads "1,234.50"."""
    return number_format(amount, decimal_pos=2, force_grouping=True)


@register.filter
def plain(number: int | float | str | None) -> str:
    """For attributes: no grouping, a full stop. What is not a number stays as it is."""
    return "" if number is None else str(number)


@register.filter
def credits(number: int) -> str:
    """15 reads "15 credits"."""
    return ngettext("%(number)s credit", "%(number)s credits", number) % {"number": grouped(number)}


@register.filter
def worded(number: int) -> str:
    """3 reads "three"; from ten on it stays a figure."""
    return str(apnumber(number))


@register.filter
def ordinal(position: int) -> SafeString:
    """3 reads "3rd", the ending small."""
    endings = {
        1: pgettext("ordinal of 1", "st"),
        2: pgettext("ordinal of 2", "nd"),
        3: pgettext("ordinal of 3", "rd"),
    }
    ending = pgettext("ordinal of 4", "th")
    if position % 100 not in {11, 12, 13}:
        ending = endings.get(position % 10, ending)
    return format_html('{}<small class="figure__unit">{}</small>', number_format(position), ending)


@register.filter
def span(seconds: float | None) -> str:
    """A short span of time: 40 reads "40 s", 200 "3 min", 8000 "2 h"."""
    if seconds is None:
        return ""
    if seconds < 100:
        return _("%(number)d s") % {"number": round(seconds)}
    if seconds < 6000:
        return _("%(number)d min") % {"number": round(seconds / 60)}
    return _("%(number)d h") % {"number": round(seconds / 3600)}


@register.filter
def seconds_taken(generation: Any) -> float | None:
    """From the moment it was sent to the end."""
    if not (generation.claimed_at and generation.finished_at):
        return None
    return float((generation.finished_at - generation.claimed_at).total_seconds())


# --- settings ------------------------------------------------------------------------------------
register.filter(version_name)


@register.filter
def quality_name(quality: str) -> str:
    return {"standard": _("standard"), "high": _("high")}.get(quality, quality)


# --- sizes -------------------------------------------------------------------------------------
@register.simple_tag
def size(width: int, height: int) -> str:
    """ "896 × 1120", without grouping."""
    return f"{width} × {height}"


@register.simple_tag
def ratio(width: int, height: int) -> str:
    """The usual name of the shape, such as 4:5; empty where it has none."""
    close = min(RATIOS, key=lambda named: abs(named[0] / named[1] - width / height))
    is_close = abs(close[0] / close[1] * height / width - 1) < 0.03
    return f"{close[0]}:{close[1]}" if is_close else ""


@register.simple_tag
def shape(width: int, height: int, side: int = 20) -> SafeString:
    """A small outline of these proportions, its longer side so many pixels."""
    scale = side / max(width, height)
    across, down = round(width * scale), round(height * scale)
    return format_html(
        '<svg class="shape" width="{}" height="{}" aria-hidden="true">'
        '<rect x="0.75" y="0.75" width="{}" height="{}"></rect></svg>',
        *(str(number) for number in (across, down, across - 1.5, down - 1.5)),
    )


@register.simple_tag
def sheet_size(thing: Any) -> SafeString:
    """What gives a sheet the proportions of whatever has a width and a height."""
    return format_html(
        '<svg class="sheet__size" viewBox="0 0 {} {}" aria-hidden="true"></svg>',
        str(thing.width),
        str(thing.height),
    )


@register.filter
def orientation(thing: Any) -> str:
    """Of whatever has a width and a height: "portrait", "square" or "landscape"."""
    if thing.width > thing.height * 1.05:
        return "landscape"
    return "portrait" if thing.height > thing.width * 1.05 else "square"


@register.filter
def tile_sizes(sitting: Any) -> str:
    """How wide its pictures are, for `sizes` of `<img>`: as tiles.css lays them out."""
    shape = orientation(sitting.first)
    is_alone = shape == "landscape" or sitting.sheets == 1
    narrow = "100vw - 2rem" if is_alone else "50vw - 1.5rem"
    most = {"landscape": 32, "square": 26, "portrait": 22}[shape] if sitting.is_few else 30
    return f"(width <= 47.5rem) calc({narrow}), {most}rem"


# --- charts of one line --------------------------------------------------------------------------
@register.inclusion_tag("ui/bar.html")
def bar(
    total: int, spent: int = 0, held: int = 0, now: int = 0, forecast: int = 0, variant: str = ""
) -> dict[str, Any]:
    """Shares of `total` in the grammar of money. What exceeds it is cut off."""
    shares, start = [], 0.0
    for name, amount in (("spent", spent), ("held", held), ("now", now), ("forecast", forecast)):
        width = min(max(amount, 0) / max(total, 1) * 100, 100 - start)
        if width > 0:
            end = start + width
            shares.append(
                {"name": name, "x": f"{start:g}", "end": f"{end:g}", "width": f"{width:g}"}
            )
        start += width
    return {"shares": shares, "variant": variant}


@register.simple_tag
def wedge(done: float, total: float) -> SafeString:
    """Progress in twelve patches; the last is kept for the end."""
    lit = min(int(done / max(total, 1) * PATCHES), PATCHES - 1)
    lit_mark = mark_safe(" data-on")
    patches = format_html_join(
        "",
        '<rect class="wedge__patch" x="{}%" width="6.5%" height="100%"{}></rect>',
        (
            (f"{0.5 + number * 92.5 / (PATCHES - 1):.2f}", lit_mark if number < lit else "")
            for number in range(PATCHES)
        ),
    )
    return format_html('<svg class="wedge" aria-hidden="true">{}</svg>', patches)


STEPS = ("finished", "failed", "cancelled", "drawing", "waiting")


@register.simple_tag
def steps(progress: Any, most: int = 48) -> SafeString:
    """Many pictures in the patches of a wedge: one each, or a share of them.

    Whatever state has any has a patch, and the patches are always all of them.
    """
    counts = {name: getattr(progress, name) for name in STEPS}
    total = sum(counts.values())
    patches = min(total, most)
    marks = [name for name, number in shares(counts, patches).items() for _n in range(number)]
    gap = min(1.0, 18 / max(patches - 1, 1))
    width = (100 - gap * (patches - 1)) / max(patches, 1)
    drawn = format_html_join(
        "",
        '<rect class="steps__patch" data-state="{}" x="{}%" width="{}%" height="100%"></rect>',
        ((mark, f"{n * (width + gap):.3f}", f"{width:.3f}") for n, mark in enumerate(marks)),
    )
    return format_html('<svg class="steps" aria-hidden="true">{}</svg>', drawn)


def shares(counts: dict[str, int], places: int) -> dict[str, int]:
    """So many places among the counts, by their size; none that is there goes without."""
    total = sum(counts.values())
    found = {name: max(1, count * places // total) for name, count in counts.items() if count}
    while sum(found.values()) > places:
        largest = max(found, key=lambda name: found[name])
        found[largest] -= 1
    while found and sum(found.values()) < places:
        neediest = max(found, key=lambda name: counts[name] * places / total - found[name])
        found[neediest] += 1
    return found
