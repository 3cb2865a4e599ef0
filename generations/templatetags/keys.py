"""What the page of shared keys shows of the floors above it."""

from collections.abc import Iterable

from django import template

from generations.keys.models import UpstreamKey
from generations.lifecycle import key_now
from generations.lifecycle.key_now import KeyNow
from generations.teams.models import Team

register = template.Library()


@register.simple_tag
def keys_now(team: Team, keys: Iterable[UpstreamKey]) -> list[KeyNow]:
    """`{% keys_now team keys as rows %}`: each key with what is under way at it."""
    return key_now.of_each(team, keys)


@register.simple_tag
def keys_draining(team: Team) -> list[KeyNow]:
    """The removed keys whose pictures are still under way."""
    return key_now.draining(team)
