"""Where our processes listen. Only the standard library: it is used before the settings load."""

import argparse
import os

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  (compared with, not bound to)
ADDRESS_FILE = "address"  # in the data folder while `up` runs


def host_and_port(arguments: list[str]) -> tuple[str, int]:
    """Where to listen: `--host` and `--port`, or their variables."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, usage=argparse.SUPPRESS)
    parser.add_argument("--host", default=os.environ.get("FLUXHUB_HOST") or DEFAULT_HOST)
    # A default that is text is checked like an argument, and refused in one sentence.
    parser.add_argument("--port", type=int, default=os.environ.get("FLUXHUB_PORT") or DEFAULT_PORT)
    known, _ = parser.parse_known_args(arguments)
    return known.host, known.port


def bracketed(host: str) -> str:
    """As it stands in an address: `::1` becomes `[::1]`."""
    return f"[{host}]" if ":" in host else host


def reachable(host: str) -> str:
    """Where this machine reaches what listens on `host`."""
    return DEFAULT_HOST if host in ANY_ADDRESS else host
