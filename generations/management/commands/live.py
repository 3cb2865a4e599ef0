"""`manage.py live`: server-sent events, in a process of their own."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from generations.live import handover
from generations.live.server import Server


class Command(BaseCommand):
    help = "Tells open pages what changed, until stopped. It stands beside the web process."
    requires_system_checks = ()  # they would load every page of the hub

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_long_path()
        try:
            asyncio.run(Server().run())
        except OSError as error:
            raise CommandError(
                _("Live updates cannot start: %(reason)s.") % {"reason": error.strerror}
            ) from error


def refuse_long_path() -> None:
    """Raises CommandError where the data folder leaves no room for a UNIX socket."""
    if handover.is_too_long():
        raise CommandError(
            _("The path of the data folder is too long for a socket in it: choose a shorter one.")
        )
