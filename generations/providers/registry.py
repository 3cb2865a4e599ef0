"""The providers the hub knows. A new one is a folder and a line here."""

from django.conf import settings
from django.utils.translation import gettext as _

from generations.providers.contract import Provider
from generations.providers.doitong.adapter import Doitong


class UnknownProvider(LookupError):
    """No provider of this slug."""


def get(slug: str) -> Provider:
    """Raises UnknownProvider."""
    try:
        return _providers()[slug]
    except KeyError:
        raise UnknownProvider(slug) from None


def choices() -> list[tuple[str, str]]:
    """Slug and name of each, for a form; the built-in practice upstream comes last."""
    return [(provider.slug, provider.name) for provider in _providers().values()]


def telling_balance() -> list[str]:
    """The slugs of those that say how many credits a key has left."""
    return [slug for slug, provider in _providers().items() if provider.tells_balance]


def _providers() -> dict[str, Provider]:
    providers: list[Provider] = [
        Doitong(
            slug="doitong",
            name="Flux Pro (Doitong)",
            is_practice=False,
            default_base_url="https://api.doitong.com",
            results_at=("cdn.doitong.com",),
        ),
        Doitong(
            slug="sandbox",
            name=_("Practice (built in)"),
            is_practice=True,
            default_base_url=settings.SANDBOX_URL,
            results_at=(),
            balance_path="/v1/balance",
        ),
    ]
    return {provider.slug: provider for provider in providers}
