"""What comes in from an upstream: public, and believed only when signed."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generations.core.crypto import CannotOpen
from generations.webhooks import inbound

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, provider: str, token: str) -> JsonResponse:
    """200 once it is safely kept. What is wrong with it is said in the log, never to the caller."""
    try:
        inbound.receive(provider, token, request.headers, _body(request))
    except inbound.Refused as refusal:
        logger.warning("Webhook from %s refused (%s): %s", provider, refusal.status, refusal)
        return JsonResponse({}, status=refusal.status)
    except (OperationalError, InterfaceError, CannotOpen) as error:
        logger.error("Webhook from %s cannot be kept: %s", provider, error)
        return JsonResponse({}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({})


def _body(request: HttpRequest) -> bytes:
    """The raw bytes, read no further than they may go. Raises inbound.Refused."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise inbound.Refused(415, "encoded, so the signed bytes are not these")
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise inbound.Refused(413, "too long")
    return bytes(body)
