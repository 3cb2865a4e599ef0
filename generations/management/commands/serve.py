"""`manage.py serve`: the web process alone, for operators who run the others beside it."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from generations.core.listening import host_and_port


class Command(BaseCommand):
    help = "Serves the web pages and the API until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        host, port = host_and_port([])
        parser.add_argument("--host", default=host, help=_("Address to listen on."))
        parser.add_argument("--port", type=int, default=port, help=_("Port to listen on."))

    def handle(self, *args: Any, **options: Any) -> None:
        os.environ |= {"FLUXHUB_HOST": options["host"], "FLUXHUB_PORT": str(options["port"])}
        os.environ["PYTHONPATH"] = str(settings.BASE_DIR)
        os.execv(sys.executable, web_command())  # noqa: S606  # becomes gunicorn, keeps its pid


def web_command() -> list[str]:
    """gunicorn with our settings; the project must be on PYTHONPATH."""
    return [sys.executable, "-m", "gunicorn", "-c", str(settings.BASE_DIR / "fluxhub/server.py")]
