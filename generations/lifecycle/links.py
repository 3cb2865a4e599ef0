"""Capability addresses of finished pictures: whoever has one may fetch, without a header.

The token is the image, the API key it was made for and its last second, signed. It dies with its
time, with the picture and with the key.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from generations.core import clock
from generations.keys.models import ApiKey
from generations.lifecycle.models import Image

SALT = "generations.lifecycle.links.result"
DAY = timedelta(days=1)
MOST_DAYS = 36500  # for keys whose addresses live as long as the picture


@dataclass(frozen=True)
class Pass:
    image: Image
    seconds_left: int


def result_url(image: Image, api_key: ApiKey) -> str:
    """The absolute address of the original, good for the key's `url_days` from today's end (UTC).

    Asked again on the same day it is the same, asked later it is good for longer.
    """
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    last = int((midnight + min(api_key.url_days, MOST_DAYS) * DAY).timestamp())
    packed = image.pk.bytes + api_key.pk.bytes + last.to_bytes(5, "big")
    token = _signer().sign(urlsafe_b64encode(packed).decode().rstrip("="))
    return f"{settings.SITE_URL}{reverse('result_file', args=[token])}"


def open_result(token: str) -> Pass | None:
    """What this token opens now; None for everything else, and nothing says why."""
    try:
        text = _signer().unsign(token)
    except signing.BadSignature:
        return None
    packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    seconds_left = int.from_bytes(packed[32:], "big") - int(clock.now().timestamp())
    if seconds_left <= 0:
        return None
    api_key = ApiKey.objects.filter(pk=UUID(bytes=packed[16:32]), revoked_at=None).first()
    if api_key is None or (api_key.expires_at and api_key.expires_at <= clock.now()):
        return None
    # The key's own team: a row moved elsewhere would not open with it.
    image = (
        Image.objects.for_team(api_key.team)
        .filter(pk=UUID(bytes=packed[:16]), trashed_at=None)
        .first()
    )
    return Pass(image, seconds_left) if image else None


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
