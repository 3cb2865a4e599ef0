"""What a press of Retry would meet, said beside the button."""

from django import template
from django.template import Context

from generations.lifecycle.models import Generation
from generations.lifecycle.quote import Quote, Quotes

register = template.Library()


@register.simple_tag(takes_context=True)
def again(context: Context, generation: Generation) -> Quote:
    """`{% again generation as quote %}`: for the reader. The same few queries for a whole page.

    The page's view may have asked already, and gives its `quotes`.
    """
    known: Quotes | None = context.get("quotes")
    quotes = known or context.dicts[0].setdefault("quotes", Quotes(context["membership"]))
    return quotes.again(generation)
