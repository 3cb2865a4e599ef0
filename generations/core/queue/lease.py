"""The right to do one thing alone, until a moment of the database's clock."""

from django.db.models import Q

from generations.core.clock import after, database_now
from generations.core.queue.models import Lease


def take(name: str, holder: str, seconds: float) -> bool:
    """Take the lease, or extend one's own. False while somebody else holds it."""
    if _claim(name, holder, seconds):
        return True
    # Nobody held it ever: of several who insert, one wins, and then holds it until "now".
    Lease.objects.bulk_create(
        [Lease(name=name, holder=holder, until=database_now())], ignore_conflicts=True
    )
    return _claim(name, holder, seconds)


def give_back(name: str, holder: str) -> None:
    """End one's own lease, so that the next need not wait for its end."""
    Lease.objects.filter(name=name, holder=holder).update(until=after(-1))


def _claim(name: str, holder: str, seconds: float) -> bool:
    free = Q(holder=holder) | Q(until__lt=database_now())
    taken = Lease.objects.filter(free, name=name).update(holder=holder, until=after(seconds))
    return taken == 1
