"""Which address leads where, who may pass, and the rate headers on the way out."""

import hmac
import re

from generations.core.crypto import derive
from generations.sandbox import control, wire_graphql, wire_rest
from generations.sandbox.accounts import Account, Kind
from generations.sandbox.studio import Studio
from generations.sandbox.wire import (
    Instead,
    Reply,
    Request,
    WireError,
    not_found,
    reply_text,
    unauthorized,
)

HELLO = """This is the Fluxhub sandbox: a practice upstream.

It speaks the protocol of the image-generation API that Fluxhub stands in front of, draws its own
pictures, and costs nothing. Nothing here reaches the real service.

    POST /v1/text_to_image         X-API-Key: a practice key
    GET  /v1/text_to_image/{id}
    GET  /v1/balance
    POST /graphql                  Authorization: Bearer a practice key
    GET  /outputs/{id}.jpg         the finished picture

A prompt may ask for trouble with marks such as [[fail]], [[slow 5]] or [[no-webhook]].
"""


def answer(studio: Studio, request: Request) -> Reply:
    """Raises HangUp when there is to be no answer."""
    try:
        if request.path.startswith("/v1/") or request.path == "/graphql":
            return _api(studio, request)
        return _rest_of_the_house(studio, request)
    except WireError as error:
        return error.reply()
    except Instead as instead:
        return instead.reply


def _api(studio: Studio, request: Request) -> Reply:
    account = studio.accounts.identify(_key(request))
    is_write = request.method == "POST" and not (
        request.path == "/graphql" and wire_graphql.reads_only(request)
    )
    kind: Kind = "write" if is_write else "read"
    try:
        with studio.lock:
            account.count_call(kind)
        reply = _route(studio, account, request)
    except WireError as error:
        reply = error.reply()
    except Instead as instead:
        reply = instead.reply
    with studio.lock:
        return reply.with_headers(account.rate_headers(kind))


def _key(request: Request) -> str:
    """The header that the vendor's page names for this endpoint, and no other."""
    if request.path != "/graphql":
        return request.headers.get("X-API-Key") or ""
    scheme, _, key = (request.headers.get("Authorization") or "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _route(studio: Studio, account: Account, request: Request) -> Reply:
    match request.method, request.path.strip("/").split("/"):
        case "POST", ["graphql"]:
            return wire_graphql.answer(studio, account, request)
        case "POST", ["v1", "text_to_image"]:
            return wire_rest.create(studio, account, request)
        case "GET", ["v1", "text_to_image", job_id]:
            return wire_rest.show(studio, account, job_id)
        case "GET", ["v1", "balance"]:
            return wire_rest.balance(account)
    raise not_found()


def _rest_of_the_house(studio: Studio, request: Request) -> Reply:
    if request.path.startswith("/control"):
        return _control(studio, request)
    if request.method in ("GET", "HEAD"):
        if request.path == "/":
            return reply_text(HELLO)
        if match := re.fullmatch(r"/outputs/([0-9a-f]{1,40})\.(jpg|png)", request.path):
            job = studio.jobs.find(match[1])
            return studio.outputs.reply(job if job and job.extension == match[2] else None)
    raise not_found()


def _control(studio: Studio, request: Request) -> Reply:
    proof = request.headers.get("X-Sandbox-Control") or ""
    expected = derive(studio.options.secret, "control")
    if not hmac.compare_digest(proof.encode(), expected.encode()):
        raise unauthorized()
    match request.method, request.path:
        case "POST", "/control":
            return control.change(studio, request)
        case "GET", "/control":
            return control.show(studio)
        case "GET", "/control/log":
            return control.log(studio)
    raise not_found()
