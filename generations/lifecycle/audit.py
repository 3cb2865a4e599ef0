"""Proof that money and states agree."""

from collections.abc import Iterator

from django.db.models import F, Q

from generations.credits.models import Hold
from generations.lifecycle.models import Generation
from generations.lifecycle.states import FINAL, Status


def audit() -> Iterator[str]:
    """One sentence per difference; nothing when all is exact."""
    generations = Generation.objects.all()
    for generation in generations.filter(status__in=FINAL, hold__resolved_at=None).exclude(
        hold=None
    ):
        yield f"generation {generation.pk} is {generation.status} and still holds credits"
    for generation in generations.exclude(status__in=FINAL).filter(hold__resolved_at__isnull=False):
        yield f"generation {generation.pk} is {generation.status} but its hold is resolved"
    charged = Q(status=Status.COMPLETED, is_late=False)
    for generation in generations.filter(charged).exclude(charged=F("hold__charged")):
        yield f"generation {generation.pk} says charged {generation.charged}, its hold does not"
    free = ~charged & Q(hold__charged__gt=0)
    for generation in generations.filter(free):
        yield f"generation {generation.pk} is {generation.status} but was charged"
    for generation in generations.filter(status=Status.COMPLETED, image=None):
        yield f"generation {generation.pk} is completed without a picture"
    owned = Generation.objects.exclude(hold=None).values("hold")
    for hold in Hold.objects.exclude(pk__in=owned):
        yield f"hold {hold.pk} belongs to no generation"
