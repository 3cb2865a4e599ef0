"""`manage.py plans`: what the plans grant; with a name, make or change one; or remove it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from generations.credits import accounts, plans
from generations.credits.allowance import granted
from generations.credits.models import Plan
from generations.credits.refusals import Refused
from generations.teams.allowance import Allowance

FIGURES = {"daily_limit": "--day", "concurrent": "--at-once", "requests_per_minute": "--minute"}
ANY = "any"


def add_figures(parser: CommandParser) -> None:
    """The three limits of a plan, as options."""
    parser.add_argument("--day", metavar="N", help="credits a day for each member, or “any”")
    parser.add_argument("--at-once", metavar="N", help="pictures at once, or “any”")
    parser.add_argument("--minute", metavar="N", help="requests a minute, or “any”")


def figures(options: dict[str, Any], before: Allowance) -> Allowance:
    """What is not given stays as before. Raises CommandError."""
    wanted = {}
    for field, option in FIGURES.items():
        said = options[option.strip("-").replace("-", "_")]
        if said is None:
            wanted[field] = getattr(before, field)
        elif said != ANY and not said.isdecimal():
            raise CommandError(_("{option} takes a number, or “any”.").format(option=option))
        else:
            wanted[field] = None if said == ANY else int(said)
    return Allowance(**wanted)


class Command(BaseCommand):
    help = (
        "Lists the plans. With a SLUG and figures it changes that plan, or with --name and a new "
        "one it makes it. A change binds from the next request on and touches nothing that is held."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="the plan to change or to make")
        parser.add_argument("--name", help="what it is called")
        parser.add_argument("--remove", action="store_true", help="remove a plan that no team has")
        add_figures(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        accounts.ensure_plans()
        if slug := options["slug"]:
            plan = Plan.objects.filter(slug=slug, team=None).first()
            try:
                self._act(plan, options)
            except Refused as refused:
                raise CommandError(str(refused)) from refused
        for plan in plans.named():
            told = " · ".join("any" if n is None else str(n) for n in plan.figures)
            self.stdout.write(f"{plan.slug}: {plan.name}: {told} · {plan.teams} teams")

    def _act(self, plan: Plan | None, options: dict[str, Any]) -> None:
        if plan is None and options["remove"]:
            raise CommandError(_("There is no plan {slug}.").format(slug=options["slug"]))
        if plan is None:
            if not options["name"]:
                raise CommandError(_("There is no such plan. To make one, give it a --name."))
            plans.create(options["name"], figures(options, Allowance()), options["slug"])
        elif options["remove"]:
            plans.remove(plan)
        else:
            wanted = figures(options, granted(plan))
            plans.change(plan, None, options["name"] or plan.name, wanted)
