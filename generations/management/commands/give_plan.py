"""`manage.py give_plan TEAM SLUG`: the plan of a team; `--own` with figures makes it one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from generations.credits import plans
from generations.credits.accounts import wallet
from generations.credits.allowance import granted
from generations.credits.models import Plan
from generations.credits.refusals import Refused
from generations.management.commands.plans import add_figures, figures
from generations.teams.models import Team
from generations.teams.modes import Mode


class Command(BaseCommand):
    help = (
        "Gives a team a plan. With --own it gets one for itself alone, whose figures begin with "
        "those it has now. Binds from the next request on and touches nothing that is held."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="the team's name in its address")
        parser.add_argument("slug", nargs="?", help="a plan, see manage.py plans")
        parser.add_argument("--own", metavar="NAME", help="a plan of the team's own, so called")
        add_figures(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.filter(slug=options["team"]).first()
        if team is None:
            raise CommandError(_("There is no team {team}.").format(team=options["team"]))
        if bool(options["slug"]) == bool(options["own"]):
            raise CommandError(_("Name a plan, or say --own and what to call it."))
        try:
            plan = self._give(team, options)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(_("{team} has the plan {plan}.").format(team=team, plan=plan))

    def _give(self, team: Team, options: dict[str, Any]) -> Plan:
        if name := options["own"]:
            wanted = figures(options, granted(wallet(team, Mode.LIVE).plan))
            return plans.give_own(team, None, name, wanted)
        plan = Plan.objects.filter(slug=options["slug"]).first()
        if plan is None:
            raise CommandError(_("There is no plan {slug}.").format(slug=options["slug"]))
        plans.give(team, plan, None)
        return plan
