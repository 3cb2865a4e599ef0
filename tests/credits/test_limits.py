"""What is said when credits do not suffice."""

from django.db import transaction

from generations.credits import ledger, limits
from generations.credits.models import Account, AccountKind, Plan
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode


def refusal(team: Team, user: User, required: int) -> str:
    membership = Membership.objects.select_related("team").get(team=team, user=user)
    refused = limits.now(membership, Mode.TEST).refusal(required)
    assert refused
    return refused.message


def test_credits_are_grouped_in_what_is_said_about_a_daily_limit(team: Team, bob: User) -> None:
    assert "up to 20,000 credits, more than your whole daily limit of 1,000." in refusal(
        team, bob, 20_000
    )
    with transaction.atomic():
        membership = Membership.objects.get(team=team, user=bob)
        ledger.hold(membership, Mode.TEST, [ledger.Ask(team.pk, 1_000)])
    assert "up to 1,000 credits and your daily limit leaves 0." in refusal(team, bob, 1_000)


def test_credits_are_grouped_in_what_is_said_about_the_wallet(
    team: Team, alice: User, bob: User
) -> None:
    wallets = Account.objects.for_team(team).filter(kind=AccountKind.WALLET)
    wallets.update(plan=Plan.objects.get(slug="enterprise"), is_enforced=True)
    with transaction.atomic():
        ledger.grant(team, Mode.TEST, 12_345, actor=alice, reason="a gift")
    said = "up to 1,234,567 credits and the team wallet has 12,345."
    assert said in refusal(team, bob, 1_234_567)
