"""Components around a slot: `{% section _("Projects") %}…{% endsection %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from generations.templatetags.ui import icon

register = template.Library()


@register.simple_block_tag
def heading(content: SafeString, title: str, note: str = "") -> SafeString:
    """The first line of a page: its title, a note, and in the slot what may be done."""
    return format_html(
        '<header class="heading"><h1>{}</h1>{}{}</header>',
        title,
        _unless_empty('<span class="heading__note">{}</span>', note),
        _unless_empty('<div class="heading__end">{}</div>', content),
    )


@register.simple_block_tag
def section(content: SafeString, title: str, note: str = "", name: str = "") -> SafeString:
    """A part of a page beneath its own title; `note` is a sentence beside it.

    `name` is for links to it: `#name`.
    """
    return format_html(
        '<section class="section"{}><header class="section__head"><h2>{}</h2>{}</header>'
        "{}</section>",
        _unless_empty(' id="{}"', name),
        title,
        _unless_empty('<p class="section__note">{}</p>', note),
        content,
    )


@register.simple_block_tag
def dialog(content: SafeString, name: str, title: str) -> SafeString:
    """What `data-opens="name"` opens; Escape, its button and a click beside it close it."""
    return format_html(
        '<dialog class="dialog" id="{0}" closedby="any" aria-labelledby="{0}-title">'
        '<header class="dialog__head"><h2 id="{0}-title">{1}</h2>'
        '<button class="button button--bare button--icon" type="button" data-closes '
        'aria-label="{2}" autofocus>{3}</button></header>{4}</dialog>',
        name,
        title,
        _("Close"),
        icon("close"),
        content,
    )


@register.simple_block_tag
def empty(content: SafeString, title: str) -> SafeString:
    """An empty page: a title, and in the slot what to do next."""
    return format_html('<div class="empty"><h2>{}</h2>{}</div>', title, content)


@register.simple_block_tag
def notice(content: SafeString, kind: str = "", sign: str = "info") -> SafeString:
    """A sentence that stands in the page; `kind` accent, positive, caution or negative."""
    return format_html(
        '<div class="notice notice--{}">{}<div class="notice__body">{}</div></div>',
        kind or "plain",
        icon(sign),
        content,
    )


@register.simple_block_tag
def table_frame(content: SafeString, label: str) -> SafeString:
    """A table that may be wider than the page: it scrolls in here, by keyboard too."""
    return format_html(
        '<div class="table-frame" tabindex="0" role="region" aria-label="{}">{}</div>',
        label,
        content,
    )


def _unless_empty(markup: str, content: str) -> str:
    return format_html(markup, content) if content.strip() else ""
