"""Components of the interface, as tags."""

from django import template

register = template.Library()
