"""`manage.py live`: server-sent events, in a process of their own."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from generations.core.listening import DEFAULT_HOST
from generations.live.server import Server


class Command(BaseCommand):
    help = "Tells open pages what changed, until stopped."
    requires_system_checks = ()  # they would load every page of the hub

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=DEFAULT_HOST, help=_("Address to listen on."))
        parser.add_argument(
            "--port", type=int, default=settings.LIVE_PORT, help=_("Port to listen on.")
        )

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            asyncio.run(Server().run(host, port))
        except OSError as error:
            raise CommandError(
                _("Live updates cannot listen on %(host)s port %(port)s: %(reason)s.")
                % {"host": host, "port": port, "reason": error.strerror}
            ) from error
