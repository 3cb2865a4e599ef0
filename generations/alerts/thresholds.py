"""From when on a limit is near or reached, a wallet low, and a shared key in trouble.

A notice's subject names what it was told of: another limit, grant or freeze is told anew.
"""

from generations.alerts.models import Kind, Rule
from generations.credits.limits import Standing
from generations.credits.models import BY_HAND, Account, Entry, EntryKind
from generations.keys.models import KeyState, UpstreamKey

PICTURE = 20  # credits: the least that is ever held, so with less left a day is over
PART = 10  # of the last grant: the wallet is low below a tenth of it


def is_near(standing: Standing) -> bool:
    """Four fifths are spent, or more."""
    limit = standing.daily_limit
    return bool(limit and standing.spent * 5 >= limit * 4)


def is_reached(standing: Standing) -> bool:
    """What is left pays for no picture."""
    limit = standing.daily_limit
    return bool(limit and standing.spent and limit - standing.spent < PICTURE)


def is_low(account: Account) -> bool:
    """Only of a wallet that somebody opened."""
    return account.is_enforced and account.left < threshold(account)


def limit_subject(standing: Standing) -> str:
    return f"{standing.account.mode} {standing.membership.user_id} {standing.daily_limit}"


def wallet_subject(account: Account) -> str:
    """From each grant or adjustment to the next."""
    by_hand = Entry.objects.filter(account=account, kind__in=BY_HAND).order_by("-id")
    return f"{account.mode} {by_hand.values_list('pk', flat=True).first()}"


def frozen_subject(account: Account) -> str:
    return f"{account.mode} {account.frozen_at.isoformat() if account.frozen_at else ''}"


def threshold(account: Account) -> int:
    """Below how many credits the wallet is low: the team's own figure, or a tenth of its grant."""
    rule = Rule.objects.for_team(account.team).first()
    if rule and rule.wallet_low is not None:
        return rule.wallet_low
    grants = Entry.objects.filter(account=account, kind=EntryKind.GRANT).order_by("-id")
    return (grants.values_list("posted", flat=True).first() or 0) // PART


def trouble(key: UpstreamKey) -> Kind | None:
    """What there is to be told of a key that is not removed; a pause is nobody's trouble."""
    if key.state == KeyState.ACTIVE and not key.is_openable:
        return Kind.KEY_UNOPENED
    return TROUBLES.get(KeyState(key.state))


TROUBLES = {KeyState.REJECTED: Kind.KEY_REJECTED, KeyState.EXHAUSTED: Kind.KEY_EXHAUSTED}
