"""The team's house: people, projects, keys, credits and prompts, each by its own door."""

from decimal import Decimal

from generations.credits import ledger
from generations.credits.payments import Paid
from generations.keys import issued, testing, upstream
from generations.keys.models import UpstreamKey
from generations.management.demo.cast import Cast, Grant, Person, Prompt
from generations.people import join, setup
from generations.prompts import library, styles
from generations.prompts.models import PromptVersion, Style
from generations.providers import practice
from generations.providers.catalogue import FLUX_PRO
from generations.teams import invite, projects
from generations.teams.models import Membership, Project, Role, Team, User
from generations.teams.modes import Mode

LABEL = "harbour-street"  # of its account at the built-in upstream
VERSION = FLUX_PRO.versions[-1]


class House:
    def __init__(self, cast: Cast, password: str, upstream_url: str) -> None:
        self.cast, self.password, self.upstream_url = cast, password, upstream_url
        self.members: dict[str, Membership] = {}  # by first name
        self.projects: dict[str, Project] = {}
        self.versions: dict[tuple[str, int], PromptVersion] = {}
        self.styles: dict[str, Style] = {}
        self.script = ""  # the text of its API key
        self.team: Team
        self.key: UpstreamKey

    @property
    def owner(self) -> User:
        return self.members[self.cast.people[0].first].user

    def found(self) -> None:
        owner = self.cast.people[0]
        user, self.team = setup.set_up(
            name=owner.name,
            email=owner.email,
            password=self.password,
            team_name=self.cast.team,
            time_zone=self.cast.zone,
        )
        self.members[owner.first] = Membership.objects.select_related("team", "user").get(user=user)
        for name in self.cast.projects:
            self.projects[name] = projects.add(self.team, user, name)
        self.styles = {style.name: style for style in styles.offered(self.team)}

    def welcome(self, person: Person) -> None:
        _invitation, token = invite.invite(self.team, self.owner, person.role, person.email)
        self.members[person.first] = join.join_as_newcomer(
            token, email=person.email, name=person.name, password=self.password
        )

    def invite_outsider(self) -> None:
        invite.invite(self.team, self.owner, Role.REVIEWER, self.cast.outsider)

    def add_key(self) -> None:
        """To the built-in upstream, as if it were the real one: what is spent is only told."""
        api_key, _secret = practice.credentials(LABEL)
        self.key = upstream.add(
            self.team,
            self.owner,
            name=self.cast.key,
            provider="doitong",
            api_key=api_key,
            base_url=self.upstream_url,
            requests_per_minute=60,
            daily_limit=400,
        )
        testing.test(self.key, self.owner, buy=True)

    def await_webhooks(self) -> None:
        """From the present on the hub is there to be called."""
        upstream.rotate(self.key, self.owner, *practice.credentials(LABEL))

    def top_up(self, grant: Grant) -> None:
        ledger.grant(
            self.team,
            Mode.LIVE,
            grant.credits,
            actor=self.owner,
            reason=grant.reason,
            paid=Paid(Decimal(grant.money), "EUR", grant.invoice),
        )

    def issue_script_key(self) -> None:
        script = self.cast.script
        user, project = self.members[script.by].user, self.projects[script.project]
        _key, self.script = issued.issue(
            self.team, user, name=script.name, mode=Mode.LIVE, project=project
        )

    def save(self, prompt: Prompt, number: int, size: tuple[int, int]) -> None:
        version = prompt.versions[number - 1]
        earlier = self.versions.get((prompt.title, number - 1))
        self.versions[prompt.title, number] = library.save(
            self.team,
            self.members[version.by].user,
            prompt.title,
            version.text,
            {"width": size[0], "height": size[1], "version": VERSION, "quality": "standard"},
            prompt=earlier.prompt if earlier else None,
        )
