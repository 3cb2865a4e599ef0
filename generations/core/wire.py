"""Connections below `core.http`: pinned to one address, under one deadline, and able to tell
whether anything was sent. Nothing but `core.http` imports this.
"""

import http.client
import http.cookiejar
import io
import os
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

POOL = 64  # connections kept per server, and servers kept
PIECE = 16 * 1024


@dataclass
class Exchange:
    """One request and its answer."""

    host: str  # the name in the certificate
    deadline: float  # of time.monotonic()
    has_begun: bool = False  # the first byte may have left

    def remaining(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline has passed")
        return seconds


current: ContextVar[Exchange] = ContextVar("exchange")


@cache
def session(is_guarded: bool) -> requests.Session:
    """The pooled session of this process, shared by its threads: for public servers, or listed."""
    return _Session(is_guarded)


# A child process must not write on its parent's connections.
os.register_at_fork(after_in_child=session.cache_clear)


class _Session(HTTPSession):  # type: ignore[misc]
    """requests-hardened, less what it leaves open: proxies and netrc of the environment, cookies,
    and the next redirect, which requests prepares (reading the whole body) even if told not to.
    """

    def __init__(self, is_guarded: bool) -> None:
        super().__init__(
            Config(
                ip_filter_enable=is_guarded,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=(5, 20),
            )
        )
        self.trust_env = False
        self.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self.adapters.clear()
        if is_guarded:
            self.mount("https://", _GuardedAdapter())
        else:
            self.mount("https://", _PinnedAdapter())
            self.mount("http://", _PinnedAdapter())

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class _PinnedAdapter(HTTPAdapter):
    """Connects to the IP address in the URL; the name stays in Host, SNI and certificate check."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(POOL, POOL, block=False)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        authority = request.headers["Host"]
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        request.headers["Host"] = authority
        if host["scheme"] != "https":
            return host, pool
        name = current.get().host
        return host, {**pool, "assert_hostname": name, "server_hostname": name}


class _GuardedAdapter(_PinnedAdapter, IPFilterAdapter):  # type: ignore[misc]
    """The same, with requests-hardened's own filter as a second look at the pinned address."""

    def __init__(self) -> None:
        IPFilterAdapter.__init__(self, is_https_proto=True)


class _Response(http.client.HTTPResponse):
    """Every single read, of headers too, is given only what is left until the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reads(sock, self.fp.detach()))


class _Reads(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self.sock = sock
        self.raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(current.get().remaining())
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


class _Sends(HTTPConnection):
    response_class = _Response

    def send(self, data: Any) -> None:
        """All bytes of a request pass here, after connecting and shaking hands."""
        if self.sock is None:
            self.connect()
        exchange = current.get()
        for start in range(0, len(data), PIECE):
            self.sock.settimeout(exchange.remaining())
            exchange.has_begun = True
            super().send(data[start : start + PIECE])


class _SendsSecurely(_Sends, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Sends


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SendsSecurely
