"""`manage.py demo`: the whole hub with a team in it that has worked for two months.

The first start fills an empty data folder; every later one goes on with what is there.
"""

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from generations.core import crypto, listening
from generations.keys.models import UpstreamKey
from generations.management.commands.live import refuse_long_path
from generations.management.commands.up import refuse_taken
from generations.management.demo.cast import cast
from generations.management.demo.tell import tell
from generations.teams.models import Membership, Role, Team, TeamScoped, User

DRAWING = 18.0  # seconds a picture takes, as long as those of the story did


class Command(BaseCommand):
    help = "Starts the whole hub with a demo in it: five people, pictures, prompts and usage."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        host, port = listening.host_and_port([])
        parser.add_argument("--host", default=host, help=_("Address to listen on."))
        parser.add_argument("--port", type=int, default=port, help=_("Port; the next one too."))
        parser.add_argument("--data", help=_("Folder of database, pictures and secrets."))
        parser.add_argument("--pictures", type=int, default=300, help=_("How many there are."))
        parser.add_argument("--days", type=int, default=60, help=_("How long it has gone on."))
        parser.add_argument("--seconds", type=float, default=DRAWING, help=_("For each picture."))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        refuse_long_path()
        for each in (port, settings.SANDBOX_PORT):
            refuse_taken(host, each)
        call_command("migrate", verbosity=0, interactive=False)
        password = crypto.derive(settings.SECRET_KEY, "demo password")[:16]
        if not User.objects.exists() and not self.fill(password, options):
            return
        self.refuse_others()
        self.say_how_to_sign_in(password)
        connections.close_all()
        call_command("up", host=host, port=port, seconds=options["seconds"])

    def fill(self, password: str, options: dict[str, Any]) -> bool:
        """False where somebody stopped it."""
        days, pictures = options["days"], options["pictures"]
        self.say(
            _("Telling %(days)s days of %(team)s, with %(pictures)s pictures (about a minute)")
            % {"days": days, "team": cast().team, "pictures": pictures}
        )
        step = max(1, pictures // 5)

        def progress(kept: int) -> None:
            if kept % step == 0 and kept < pictures:
                self.say(_("  %(kept)s of %(all)s pictures") % {"kept": kept, "all": pictures})

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            log = settings.DATA / "sandbox.jsonl"
            tell(timezone.now(), days, pictures, password, log, progress)
        except KeyboardInterrupt:
            self.say(_("Stopped. Nothing of it was kept."))
            return False
        return True

    def refuse_others(self) -> None:
        """Raises CommandError where the folder belongs to somebody else, or to another port."""
        team = Team.objects.filter(name=cast().team, memberships__in=_owners()).first()
        if team is None:
            raise CommandError(
                _(
                    "There is a team in %(folder)s that is not the demo’s. "
                    "The demo needs a folder of its own: --data FOLDER."
                )
                % {"folder": settings.DATA}
            )
        address = UpstreamKey.objects.for_team(team).values_list("base_url", flat=True).first()
        if address != settings.SANDBOX_URL:
            raise CommandError(
                _("The keys of this demo lead to %(address)s: start it with --port %(port)s.")
                % {"address": address, "port": int(str(address).rpartition(":")[2]) - 1}
            )

    def say_how_to_sign_in(self, password: str) -> None:
        owner = User.objects.get(email=cast().people[0].email)
        if owner.check_password(password):
            self.say(
                _("Sign in as %(email)s, password %(password)s (all five have it).")
                % {"email": owner.email, "password": password}
            )
        self.say(_("Its shared key leads to the built-in upstream: nothing here costs money."))

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _owners() -> TeamScoped[Membership]:
    return Membership.objects.filter(role=Role.OWNER, user__email=cast().people[0].email)
