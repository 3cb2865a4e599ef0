"""`manage.py sandbox`: the built-in upstream, for practice and for tests."""

import signal
import threading
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from generations.sandbox.options import Options
from generations.sandbox.server import serve

ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104  # compared with, not bound to


class Command(BaseCommand):
    help = "Run the practice upstream: it speaks the vendor's protocol and draws its own pictures."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("Address to listen on."))
        parser.add_argument(
            "--port", type=int, default=settings.SANDBOX_PORT, help=_("Port; 0 takes a free one.")
        )
        parser.add_argument(
            "--public-url", default="", help=_("Where the hub reaches it, for links to pictures.")
        )
        parser.add_argument("--log", type=Path, help=_("Append a line for everything it does."))
        parser.add_argument("--seconds", type=float, help=_("How long each picture takes."))
        parser.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="HOST[:PORT]",
            help=_("A host besides loopback that webhooks may go to; may be repeated."),
        )
        parser.add_argument("--quiet", action="store_true", help=_("Print nothing but errors."))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            running = serve(self._options(options))
        except OSError as error:
            raise CommandError(
                _("The sandbox cannot listen on %(host)s port %(port)s: %(reason)s.")
                % {"host": options["host"], "port": options["port"], "reason": error.strerror}
            ) from error
        ended = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            ended.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        with running:
            if not options["quiet"]:
                self._say(_("The sandbox listens on %(url)s") % {"url": running.url})
            ended.wait()

    def _options(self, options: dict[str, Any]) -> Options:
        public_url = options["public_url"]
        if not public_url and options["host"] in ANYWHERE:
            public_url = settings.SANDBOX_URL
        own = urlsplit(settings.CALLBACK_URL).hostname
        given = Options(
            secret=settings.SANDBOX_SECRET,
            host=options["host"],
            port=options["port"],
            public_url=public_url,
            log=options["log"],
            seconds=options["seconds"],
            allow=frozenset([*options["allow"], *([own] if own else [])]),
        )
        return given if options["quiet"] else replace(given, say=self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
