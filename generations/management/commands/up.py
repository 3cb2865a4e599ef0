"""`manage.py up`: the whole hub, from nothing, until Ctrl-C.

`fluxhub.environment` has written the secrets and derived the address before the settings loaded.
"""

import os
import signal
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import gettext as _

from generations.core import family, listening
from generations.management.commands.live import refuse_long_path
from generations.management.commands.serve import web_command
from generations.people import setup

PATIENCE = 60.0  # seconds until the web process answers


class Command(BaseCommand):
    help = "Starts the whole hub: web, queue, live updates and the practice upstream."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        host, port = listening.host_and_port([])
        parser.add_argument("--host", default=host, help=_("Address to listen on."))
        parser.add_argument(
            "--port",
            type=int,
            default=port,
            help=_("Port; the sandbox takes the next one."),
        )
        parser.add_argument("--data", help=_("Folder of database, pictures and secrets."))
        parser.add_argument("--no-sandbox", action="store_true", help=_("No practice upstream."))
        parser.add_argument("--seconds", type=float, help=_("How long a practice picture takes."))

    def handle(self, *args: Any, host: str, port: int, no_sandbox: bool, **options: Any) -> None:
        refuse_long_path()
        for each in [port, *([] if no_sandbox else [settings.SANDBOX_PORT])]:
            refuse_taken(host, each)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        self.say(_("Preparing the database in %(folder)s") % {"folder": settings.DATA})
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        link = setup_link()
        connections.close_all()
        os.environ |= {"FLUXHUB_HOST": host, "FLUXHUB_PORT": str(port)}
        os.environ["PYTHONPATH"] = str(settings.BASE_DIR)
        self.say(
            _("Starting web, worker, live%(sandbox)s")
            % {"sandbox": "" if no_sandbox else ", sandbox"}
        )
        threading.Thread(target=self.announce, args=(host, port, link, stop), daemon=True).start()
        address = settings.DATA / listening.ADDRESS_FILE
        address.write_text(settings.SITE_URL + "\n")
        try:
            pace = options["seconds"]
            family.run(commands(is_practice=not no_sandbox, seconds=pace), stop)
        finally:
            address.unlink(missing_ok=True)
        self.say(_("Stopped."))

    def announce(self, host: str, port: int, link: str, stop: threading.Event) -> None:
        """The one line that matters, once the hub answers."""
        deadline = time.monotonic() + PATIENCE
        while not (is_ready := is_up(host, port)) and time.monotonic() < deadline:
            if stop.wait(0.1):
                return
        if is_ready:
            self.say(_("Fluxhub is ready: %(address)s") % {"address": link})
        else:
            self.say(_("The web process does not answer; its messages are above."))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def commands(*, is_practice: bool, seconds: float | None) -> dict[str, list[str]]:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    children = {
        "web": web_command(),
        "worker": [*manage, "worker"],
        "live": [*manage, "live"],
    }
    if is_practice:
        log = str(settings.DATA / "sandbox.jsonl")
        pace = [] if seconds is None else ["--seconds", str(seconds)]
        children["sandbox"] = [*manage, "sandbox", "--quiet", "--log", log, *pace]
    return children


def setup_link() -> str:
    """Where to begin: the first person sets the hub up, everybody else signs in."""
    if setup.is_open():
        return f"{settings.SITE_URL}/setup/{setup.token()}/"
    return f"{settings.SITE_URL}/"


def refuse_taken(host: str, port: int) -> None:
    """Raises CommandError when somebody listens there."""
    family_, _kind, _number, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    )[0]
    with socket.socket(family_, socket.SOCK_STREAM) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(address)
        except OSError as error:
            raise CommandError(
                _("Port %(port)s is taken. Choose another with --port.") % {"port": port}
            ) from error


def is_up(host: str, port: int) -> bool:
    """The web process answers, and the live process would take a stream."""
    return settings.LIVE_SOCKET.exists() and answers(host, port)


def answers(host: str, port: int) -> bool:
    connection = HTTPConnection(listening.reachable(host), port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
