"""What must be known before the settings load: the data folder, its `.env`, the address.

`up` and `createteam` work on an empty data folder, so they write fresh secrets there. `up` leaves
its address beside them for as long as it runs, so that `createteam` can print links to it.
"""

import argparse
import fcntl
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from generations.core import crypto

PREPARED = {"up", "createteam"}
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  (compared with, not bound to)
ADDRESS_FILE = "address"

SECRETS: dict[str, Callable[[], str]] = {
    # URL-safe characters only: django-environ would read `$name` as another variable.
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FLUXHUB_ENCRYPTION_KEYS": crypto.new_key,
    "SANDBOX_SECRET": lambda: secrets.token_urlsafe(32),
}


def prepare(arguments: list[str], project: Path) -> None:
    """Take `--data` out of the arguments; for `up` and `createteam` see to secrets and address."""
    take_data_folder(arguments)
    if len(arguments) < 2 or arguments[1] not in PREPARED or {"-h", "--help"} & {*arguments}:
        return
    data = Path(os.environ.get("FLUXHUB_DATA") or project / ".fluxhub").resolve()
    written = write_secrets(data)
    if os.environ.get("SITE_URL") or "SITE_URL" in written:
        return
    if arguments[1] == "up":
        take_address(arguments[2:])
    elif (address := data / ADDRESS_FILE).exists():
        os.environ["SITE_URL"] = address.read_text().strip()


def take_data_folder(arguments: list[str]) -> None:
    """Move `--data DIR` (or `--data=DIR`) from the arguments into FLUXHUB_DATA."""
    for position, argument in enumerate(arguments):
        if argument == "--data" and position + 1 < len(arguments):
            os.environ["FLUXHUB_DATA"] = str(Path(arguments[position + 1]).resolve())
            del arguments[position : position + 2]
            return
        if argument.startswith("--data="):
            os.environ["FLUXHUB_DATA"] = str(Path(argument.removeprefix("--data=")).resolve())
            del arguments[position]
            return


def write_secrets(data: Path) -> set[str]:
    """Add the secrets that neither the environment nor `.env` has; the names that `.env` holds."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(data / ".env", os.O_RDWR | os.O_CREAT | os.O_APPEND, mode=0o600)
    with os.fdopen(file, "a+") as text:
        fcntl.flock(text, fcntl.LOCK_EX)  # `up` and `createteam` may start together
        text.seek(0)
        content = text.read()
        names = {name.strip() for name, sign, value in map(_parts, content.splitlines()) if value}
        missing = [name for name in SECRETS if name not in names and not _in_environment(name)]
        if content and not content.endswith("\n"):
            text.write("\n")
        text.writelines(f"{name}={SECRETS[name]()}\n" for name in missing)
    return names


def take_address(arguments: list[str]) -> None:
    """Derive SITE_URL from `--host` and `--port`, or their variables."""
    host, port = host_and_port(arguments)
    name = DEFAULT_HOST if host in ANY_ADDRESS else host
    os.environ["SITE_URL"] = f"http://{f'[{name}]' if ':' in name else name}:{port}"


def host_and_port(arguments: list[str]) -> tuple[str, int]:
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--host", default=os.environ.get("FLUXHUB_HOST") or DEFAULT_HOST)
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("FLUXHUB_PORT") or DEFAULT_PORT)
    )
    known, _ = parser.parse_known_args(arguments)
    return known.host, known.port


def _parts(line: str) -> tuple[str, str, str]:
    return line.removeprefix("export ").partition("=")


def _in_environment(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
