"""Components of the interface, as tags."""

from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timeuntil

from generations.prompts.render import parts
from generations.teams import days
from generations.teams.models import User

register = template.Library()


@register.simple_tag
def icon(name: str, variant: str = "") -> SafeString:
    """A sign from static/icons.svg; `variant` is "small", "full" or both. Always decoration."""
    classes = " ".join(["icon", *(f"icon--{word}" for word in variant.split())])
    href = f"{static('icons.svg')}#{name}"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, href
    )


@register.inclusion_tag("ui/avatar.html")
def avatar(user: User) -> dict[str, Any]:
    return {"person": user}


# --- forms ---------------------------------------------------------------------------------------
@register.filter
def control(bound: BoundField) -> SafeString:
    """The field's control with the class of its kind."""
    kind = {"textarea": "textarea", "select": "select"}.get(bound.widget_type, "input")
    attributes: dict[str, str | bool] = {"class": kind}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return bound.as_widget(attrs=attributes)


@register.filter
def pick(bound: BoundField) -> SafeString:
    """A select that is only its value and a chevron."""
    return bound.as_widget(attrs={"class": "pick"})


# --- time --------------------------------------------------------------------------------------
def in_zone(context: Context, moment: datetime) -> datetime:
    """In the team's time zone where there is a team."""
    team = context.get("team")
    return timezone.localtime(moment, days.zone(team) if team else None)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, style: str = "") -> str:
    """A moment in the team's zone: "14:32" today, "19 Nov, 14:32" before.

    `style` "clock" is the time alone, "seconds" with seconds, "moment" also with the day, "day"
    the day alone, "weekday" with its name and this year left out, "full" all.
    """
    if moment is None:
        return ""
    local = in_zone(context, moment)
    today = in_zone(context, timezone.now()).date()
    this_year = "j M, H:i" if local.year == today.year else "j M Y, H:i"
    usual = "H:i" if local.date() == today else this_year
    form = {
        "clock": "H:i",
        "seconds": "H:i:s",
        "moment": "j M, H:i:s",
        "day": "j F Y",
        "full": "j F Y, H:i",
    }
    form["weekday"] = "l j F" if local.year == today.year else "l j F Y"
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        date_format(local, form.get(style, usual)),
    )


@register.filter
def time_left(moment: datetime) -> str:
    """Until then, in one word of time: "6 days", "40 minutes"."""
    return timeuntil(moment, depth=1)


# --- pictures ------------------------------------------------------------------------------------
@register.inclusion_tag("ui/picture.html", takes_context=True)
def picture(
    context: Context,
    image: Any,
    sizes: str,
    alt: str = "",
    is_first: bool = False,
    is_ahead: bool = False,
    route: str = "picture_file",
) -> dict[str, Any]:
    """A picture at its true shape, its colour in its place until it is there.

    `sizes` is the attribute of `<img>`; `is_first` is for what must not wait to be scrolled to,
    `is_ahead` for what will be seen next and is only fetched; `route` names the address of its
    display versions.
    """
    team = context["team"]
    sources = {
        width: reverse(route, args=[team.slug, image.pk, str(width)]) for width in (320, 640, 1280)
    }
    return {
        "image": image,
        # Large figures, so that a row of pictures always shrinks, by ratio (gallery.css).
        "width": str(round(image.width / image.height * 2000)),
        "box": f"0 0 {image.width} {image.height}",
        "source": sources[640],
        "sources": ", ".join(f"{url} {width}w" for width, url in sources.items()),
        "sizes": sizes,
        "alt": alt,
        "is_first": is_first,
        "is_ahead": is_ahead,
    }


@register.simple_tag
def said(template_text: str, values: dict[str, str] | None = None) -> SafeString:
    """What somebody wrote, its {variables} marked: filled in where there are values."""
    filled = values or {}
    pieces = (
        format_html('<em class="variable">{}</em>', filled.get(text.strip("{}")) or text)
        if kind == "variable"
        else conditional_escape(text)
        for kind, text in parts(template_text)
    )
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.simple_tag
def changed(kind: str, text: str) -> SafeString:
    """A piece of a changed text: "same", "removed" or "added". A space before it is not marked."""
    if kind == "same":
        return said(text)
    words = text.lstrip()
    tag = "del" if kind == "removed" else "ins"
    return format_html("{}<{}>{}</{}>", text[: len(text) - len(words)], tag, said(words), tag)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, variant: str = "") -> dict[str, Any]:
    """Label, control, help and errors of one form field."""
    return {"field": bound, "variant": variant}


@register.inclusion_tag("ui/error_list.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"errors": form.non_field_errors()}
