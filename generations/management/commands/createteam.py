"""`manage.py createteam NAME --owner EMAIL`: a team with its owner, for scripts and operators."""

import json
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from generations.credits import accounts, ledger
from generations.credits.models import Plan
from generations.keys import issued, upstream
from generations.keys.models import UpstreamKey
from generations.people import founding, register, welcome
from generations.teams import days
from generations.teams.models import Team, User
from generations.teams.modes import Mode


class Command(BaseCommand):
    help = "Make a team and its owner. Nothing is made where any part of it fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the team's name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--owner-name", default="", help="how the owner is shown to others")
        parser.add_argument("--time-zone", default="UTC", help="whose midnight ends the team's day")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the owner's password from stdin"
        )
        parser.add_argument("--plan", default="starter", metavar="SLUG")
        parser.add_argument(
            "--credits", type=int, metavar="N", help="open both wallets with N credits"
        )
        parser.add_argument(
            "--sandbox", action="store_true", help="print the practice key of the team, too"
        )
        parser.add_argument(
            "--api-key", action="store_true", help="issue a practice API key and print it"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            with transaction.atomic():
                made = _make(options, password)
        except (founding.NameTaken, register.EmailTaken, ValidationError, ValueError) as error:
            sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise CommandError(" ".join(sentences)) from error
        self.stdout.write(json.dumps(made) if options["json"] else _lines(made))


def _make(options: dict[str, Any], password: str | None) -> dict[str, str | None]:
    accounts.ensure_plans()
    if not Plan.objects.filter(slug=options["plan"]).exists():
        raise ValueError(f"There is no plan {options['plan']!r}.")
    if options["time_zone"] not in days.zone_names():
        raise ValueError(f"There is no time zone {options['time_zone']!r}.")
    owner = _owner(options["owner"], options["owner_name"], password)
    team = founding.found_team(
        team_name=options["name"],
        owner=owner,
        time_zone=options["time_zone"],
        plan=options["plan"],
    )
    if options["credits"] is not None:
        for mode in Mode:
            ledger.grant(team, mode, options["credits"], reason="createteam")
    return {
        "team": team.slug,
        "owner": owner.email,
        "api_key": _api_key(team, owner) if options["api_key"] else None,
        "upstream_key": _practice_key(team) if options["sandbox"] else None,
        "setup_url": None if owner.has_usable_password() else _welcome_link(owner),
    }


def _owner(email: str, name: str, password: str | None) -> User:
    """Whoever has the address already, or a new person."""
    validate_email(email)
    if owner := User.objects.filter(email__iexact=email).first():
        if password is not None:
            raise ValueError(f"{email} has an account already; its password is not changed.")
        return owner
    name = name or email.partition("@")[0]
    if password is not None:
        validate_password(password, User(email=email, name=name))
    return register.register(email=email, name=name, password=password, is_verified=True)


def _api_key(team: Team, owner: User) -> str:
    _key, text = issued.issue(team, owner, name="createteam", mode=Mode.TEST)
    return text


def _practice_key(team: Team) -> str:
    key = UpstreamKey.objects.for_team(team).get(mode=Mode.TEST)
    return upstream.connection(key).api_key


def _welcome_link(owner: User) -> str:
    return str(settings.SITE_URL) + reverse("owner_link", args=[welcome.token(owner)])


def _lines(made: dict[str, str | None]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in made.items() if value)
