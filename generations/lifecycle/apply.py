"""Applying news from outside: a webhook's hint, or what a poll brought."""

from dataclasses import replace

from django.db import transaction

from generations.core import crypto
from generations.keys import upstream
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.news import take_news
from generations.providers import registry
from generations.providers.contract import ProviderError, Result


def apply_news(attempt: Attempt, hint: Result) -> str:
    """Move a generation on by a verified webhook. Returns take_news()'s verdict.

    The body is a hint (a replayed one is still truly signed): the truth is fetched where the
    upstream can be asked, and only where it cannot is the hint taken at its word.
    """
    return apply(attempt, _truth(attempt, hint))


def apply(attempt: Attempt, news: Result) -> str:
    """Move a generation on by news that came from the upstream itself."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update(no_key=True).get(pk=attempt.generation_id)
        return take_news(generation, attempt, news)


def _truth(attempt: Attempt, hint: Result) -> Result:
    key = attempt.upstream_key
    if not key.poll_path:
        return hint
    try:
        truth = registry.get(key.provider).fetch(upstream.connection(key), hint.upstream_id)
    except (ProviderError, crypto.CannotOpen):
        return hint
    return truth if truth.cost is not None else replace(truth, cost=hint.cost)
