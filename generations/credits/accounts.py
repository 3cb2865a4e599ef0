"""Opening a team's accounts, and the plans they follow."""

from generations.core.prepared import Blank, Prepared
from generations.credits.models import Account, AccountKind, Plan
from generations.teams.models import Team
from generations.teams.modes import Mode

# The upstream's own four plans: requests a minute, concurrent jobs, credits a day.
PLANS: list[tuple[str, str, int | None, int | None, int | None]] = [
    ("free", "Free", 10, 1, 100),
    ("starter", "Starter", 30, 3, 1_000),
    ("pro", "Pro", 60, 10, 10_000),
    ("enterprise", "Enterprise", None, None, None),
]


def ensure_plans() -> None:
    """Add the plans that are missing; what an operator changed stays."""
    Plan.objects.bulk_create(
        [
            Plan(
                slug=slug,
                name=name,
                requests_per_minute=minute,
                concurrent=concurrent,
                daily_limit=day,
                position=position,
            )
            for position, (slug, name, minute, concurrent, day) in enumerate(PLANS)
        ],
        ignore_conflicts=True,
    )


def open_accounts(team: Team, plan_slug: str = "starter") -> None:
    """A wallet and a loss account in each mode. Raises Plan.DoesNotExist."""
    plan = Plan.objects.get(slug=plan_slug)
    Account.objects.bulk_create(
        [
            Account(
                team=team,
                mode=mode,
                kind=kind,
                plan=plan if kind == AccountKind.WALLET else None,
            )
            for mode in Mode
            for kind in AccountKind
        ]
    )


WALLET = Prepared(
    lambda: Account.objects.select_related("plan").filter(
        team=Blank("team", Team._meta.pk),
        mode=Blank("mode", Account._meta.get_field("mode")),
        kind=AccountKind.WALLET,
    )
)


def wallet(team: Team, mode: str) -> Account:
    """With its plan. Raises Account.DoesNotExist."""
    if (found := WALLET.first(team=team.pk, mode=mode)) is None:
        raise Account.DoesNotExist
    return found
