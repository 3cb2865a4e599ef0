"""`manage.py thaw_account TEAM`: let a frozen team spend again, once the books are exact."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from generations.credits import ledger
from generations.teams.models import Team
from generations.teams.modes import Mode


class Command(BaseCommand):
    help = (
        "Thaws a team's account that was frozen over a difference in its books. Runs audit_ledger "
        "first, and refuses with what it finds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="the team's name in its address")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.LIVE)

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(_("There is no team {team}.").format(team=options["team"]))
        call_command("audit_ledger", stdout=self.stdout)
        with transaction.atomic():
            count = ledger.thaw(team, options["mode"])
        if not count:
            raise CommandError(_("Nothing of this team is frozen there."))
        self.stdout.write(_("The account is thawed: new jobs are taken again."))
