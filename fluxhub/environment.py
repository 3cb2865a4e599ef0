"""What must be known before the settings load: the data folder, its `.env`, the address.

`up`, `demo` and `createteam` work on an empty data folder, so they write fresh secrets there. `up`
leaves its address beside them for as long as it runs, so that `createteam` can print links to it.
"""

import fcntl
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from generations.core import crypto
from generations.core.listening import ADDRESS_FILE, bracketed, host_and_port, reachable

STARTING = {"up", "demo"}
PREPARED = {*STARTING, "createteam"}

SECRETS: dict[str, Callable[[], str]] = {
    # URL-safe characters only: django-environ would read `$name` as another variable.
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FLUXHUB_ENCRYPTION_KEYS": crypto.new_key,
    "SANDBOX_SECRET": lambda: secrets.token_urlsafe(32),
}


def prepare(arguments: list[str], project: Path) -> None:
    """Take `--data` out of the arguments; for what is `PREPARED` see to secrets and address."""
    take_data_folder(arguments)
    if len(arguments) < 2 or arguments[1] not in PREPARED:
        return
    if {"-h", "--help"} & {*arguments}:
        os.environ |= {name: make() for name, make in SECRETS.items() if not _in_environment(name)}
        return
    data = Path(os.environ.get("FLUXHUB_DATA") or project / ".fluxhub").resolve()
    os.environ["FLUXHUB_DATA"] = str(data)
    written = write_secrets(data)
    if arguments[1] in STARTING:
        addresses = addresses_of(*host_and_port(arguments[2:]))
    elif (address := data / ADDRESS_FILE).exists():
        addresses = {"SITE_URL": address.read_text().strip()}
    else:
        addresses = {}
    for name, value in addresses.items():
        if not os.environ.get(name) and name not in written:
            os.environ[name] = value


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


def addresses_of(host: str, port: int) -> dict[str, str]:
    """The settings that follow from where the web process listens."""
    return {
        "SITE_URL": f"http://{bracketed(reachable(host))}:{port}",
        "SANDBOX_PORT": str(port + 1),
    }


def _parts(line: str) -> tuple[str, str, str]:
    return line.removeprefix("export ").partition("=")


def _in_environment(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
