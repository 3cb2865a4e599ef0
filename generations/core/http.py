"""The only HTTP client: guarded addresses, one deadline, a size cap, and no doubt about sending.

No proxies, environment, cookies or redirects; a 30x is an answer like any other.
"""

import http.client
import time
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import requests
import urllib3
from django.utils.translation import gettext as _
from requests_hardened.ip_filter import InvalidIPAddress

from generations.core import addresses, wire
from generations.core.addresses import Target, check_url
from generations.core.http_errors import AnswerLost, HttpError, NotAllowed, NotSent, TooLong

__all__ = [
    "Answer",
    "AnswerLost",
    "HttpError",
    "NotAllowed",
    "NotSent",
    "TooLong",
    "check_url",
    "request",
]

CHUNK = 64 * 1024
# Everything that requests, urllib3, http.client, ssl and sockets raise for a failed exchange.
FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # looked up without regard to case
    body: bytes


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    connect_timeout: float = 5.0,
    total_timeout: float = 20.0,
    max_bytes: int = 1 << 20,
    hosts: Collection[str] | None = None,
) -> Answer:
    """Send one request and read its whole answer, once.

    Seconds: `connect_timeout` for each of resolving, connecting and shaking hands,
    `total_timeout` for all of it, however slowly the answer drips. `hosts`, where given, are the
    only hosts (or host:port) that may be asked.

    Raises NotAllowed, NotSent (for certain nothing left), or AnswerLost (it may have arrived:
    timeout, reset, nonsense, more than `max_bytes` after gzip).
    """
    target = addresses.parse(url)
    if hosts is not None and target.host not in hosts and target.authority not in hosts:
        raise NotAllowed
    exchange = wire.Exchange(target.host, time.monotonic() + total_timeout)
    failure = NotSent(_("The server could not be reached."))
    for address in addresses.resolve(target, min(connect_timeout, total_timeout)):
        prepared = _prepare(method, target, address, headers or {}, body)
        try:
            return _exchange(prepared, target, exchange, connect_timeout, max_bytes)
        except NotSent as error:
            failure = error
    raise failure


def _prepare(
    method: str, target: Target, address: str, headers: Mapping[str, str], body: bytes | None
) -> requests.PreparedRequest:
    ours = {"User-Agent": "Fluxhub", "Accept": "*/*", "Accept-Encoding": "identity"}
    fixed = {"Host": target.authority}
    return requests.Request(
        method, target.at(address), headers={**ours, **headers, **fixed}, data=body
    ).prepare()


def _exchange(
    prepared: requests.PreparedRequest,
    target: Target,
    exchange: wire.Exchange,
    connect_timeout: float,
    max_bytes: int,
) -> Answer:
    token = wire.current.set(exchange)
    try:
        remaining = exchange.remaining()
        response = wire.session(not addresses.is_listed(target)).send(
            prepared, stream=True, timeout=(min(connect_timeout, remaining), remaining)
        )
        with response:
            content = _read(response, max_bytes)
        return Answer(response.status_code, response.headers, content)
    except InvalidIPAddress:
        raise NotAllowed from None
    except FAILURES as error:
        if exchange.has_begun:
            raise AnswerLost(_("The server's answer was lost.")) from error
        raise NotSent(_("The server could not be reached.")) from error
    finally:
        wire.current.reset(token)


def _read(response: requests.Response, max_bytes: int) -> bytes:
    """The body, unpacked if the server packed it unasked. Raises AnswerLost past `max_bytes`."""
    parts: list[bytes] = []
    size = 0
    while part := response.raw.read(CHUNK, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise TooLong
    content = b"".join(parts)
    if response.headers.get("Content-Encoding", "").strip().lower() != "gzip":
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, max_bytes + 1)
    except zlib.error as error:
        raise AnswerLost(_("The server's answer was damaged.")) from error
    if len(unpacked) > max_bytes:
        raise TooLong
    if not unpacker.eof:
        raise AnswerLost(_("The server's answer was damaged."))
    return unpacked
