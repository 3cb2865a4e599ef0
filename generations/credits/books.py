"""What is written into a team's wallets by hand: grants and adjustments, newest first."""

from django.db.models import Max, QuerySet

from generations.credits.models import BY_HAND, Account, AccountKind, Entry, Payment
from generations.teams.models import Team, TeamScoped


def wallets(team: Team) -> TeamScoped[Account]:
    """The live one, then practice."""
    rows = Account.objects.for_team(team).filter(kind=AccountKind.WALLET)
    return rows.select_related("plan").order_by("mode")


def by_hand(team: Team) -> "QuerySet[Entry]":
    rows = Entry.objects.filter(account__in=wallets(team).order_by(), kind__in=BY_HAND)
    return rows.select_related("user", "payment", "account").order_by("-id")


def last_seen(team: Team) -> int:
    """The number of the newest, 0 before the first: see ledger.grant."""
    return by_hand(team).order_by().aggregate(last=Max("pk"))["last"] or 0


def usual_currency(team: Team) -> str:
    """What the team paid in last, or ""."""
    paid = Payment.objects.for_team(team).exclude(currency="").order_by("-entry")
    return paid.values_list("currency", flat=True).first() or ""
