"""Which addresses the hub connects to: public ones over https, and origins the operator lists.

A name is resolved once, every address it has is checked, and the connection goes to a checked
one. Python's `is_global` lets several dangerous ranges through, hence our own lists.
"""

import contextlib
import ipaddress
import queue
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from generations.core.http_errors import NotAllowed, NotSent

PORTS = frozenset({443, 8443})
DEFAULT_PORTS = {"http": 80, "https": 443}
MOST_ADDRESSES = 4  # of one name, tried one after the other
URL_MAX = 2000

ASCII_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
# 127.1, 0x7f.1 and 2130706433 are addresses too: a host is one when its last label is a number.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

CLOSED_V4 = [
    ipaddress.IPv4Network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # a cloud's own service address
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarking
    )
]
OPEN_V6 = ipaddress.IPv6Network("2000::/3")  # all that is handed out; leaves out fc00::/7, ::/96 …
CLOSED_V6 = [
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID and other special purposes
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries any IPv4 address
        "3fff::/20",
    )
]


@dataclass(frozen=True)
class Target:
    """An address taken apart once. What is sent is built from these parts, never from the text."""

    scheme: str
    host: str  # lower case, ASCII; an IPv6 address without brackets
    port: int
    path: str  # with the query

    @property
    def authority(self) -> str:
        """As in a Host header: brackets for IPv6, no port where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address in any spelling rather than a name."""
        return ":" in self.host or bool(NUMBER.fullmatch(self.host.rpartition(".")[2]))

    def at(self, address: str) -> str:
        """The same address with the name replaced by one of its IP addresses."""
        host = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def check_url(url: str) -> None:
    """For forms, at save. Raises NotAllowed.

    A name that does not resolve just now passes: the connection is guarded again each time.
    """
    with contextlib.suppress(NotSent):
        resolve(parse(url), seconds=5.0)


def parse(url: str) -> Target:
    """Take an http or https address apart. Raises NotAllowed on anything parsers disagree about."""
    if len(url) > URL_MAX or "\\" in url or "#" in url or any(sign <= " " for sign in url):
        raise NotAllowed
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed from None
    if parts.scheme not in DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        raise NotAllowed
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    return Target(parts.scheme, _plain_host(parts.hostname), port, path)


def resolve(target: Target, seconds: float) -> list[str]:
    """The checked IP addresses of a target, in the order to try.

    Raises NotAllowed when the target is not public (one bad address of many is enough),
    NotSent when the name is not found within so many seconds.
    """
    is_free = is_listed(target)
    if not is_free and (target.scheme != "https" or target.port not in PORTS or target.is_address):
        raise NotAllowed
    found = _look_up(target, seconds)
    if not is_free and not all(is_public(address) for address in found):
        raise NotAllowed
    return found[:MOST_ADDRESSES]


def is_listed(target: Target) -> bool:
    """Whether the operator lets the hub reach exactly this origin; the setting is read anew."""
    for text in settings.ALLOWED_OUTBOUND_ORIGINS:
        with contextlib.suppress(NotAllowed):
            if parse(text).origin == target.origin:
                return True
    return False


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return ip in OPEN_V6 and not any(ip in network for network in CLOSED_V6)
    return not any(ip in network for network in CLOSED_V4)


def _plain_host(name: str) -> str:
    if ":" in name:
        try:
            return str(ipaddress.IPv6Address(name))
        except ValueError:
            raise NotAllowed from None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode().lower()
        except (idna.IDNAError, UnicodeError):
            raise NotAllowed from None
    name = name.removesuffix(".")
    if not ASCII_HOST.fullmatch(name):
        raise NotAllowed
    return name


def _look_up(target: Target, seconds: float) -> list[str]:
    """Ask the resolver in a thread of its own: it knows no timeout and may take half a minute."""
    with contextlib.suppress(ValueError):  # an address in its one plain spelling
        return [str(ipaddress.ip_address(target.host))]
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        found: list[str] = []
        # UnicodeError is the resolver's own word for an impossible name.
        with contextlib.suppress(OSError, UnicodeError):
            rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(row[4][0]) for row in rows))
        answers.put(found)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise NotSent(_("The name of the server was not resolved in time.")) from None
    if not found:
        raise NotSent(_("The name of the server was not found."))
    return found
