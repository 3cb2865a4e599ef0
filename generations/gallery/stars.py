"""Favourites: each member has their own."""

from collections.abc import Collection, Iterable
from uuid import UUID

from generations.gallery.models import Star
from generations.lifecycle.models import Image, Images
from generations.teams.access import Right, require_in
from generations.teams.models import Team, User


def star(team: Team, actor: User, pictures: Collection[UUID]) -> list[UUID]:
    """Make them favourites of the actor, where the actor sees them. Twice is once.

    Returns those that are favourites now. Raises PermissionDenied.
    """
    require_in(team, actor, Right.READ)
    seen = Image.objects.for_team(team).seen_by(actor).filter(pk__in=pictures)
    found = list(seen.values_list("pk", flat=True))
    stars = [Star(team=team, user=actor, image_id=image) for image in found]
    Star.objects.bulk_create(stars, ignore_conflicts=True)
    return found


def unstar(team: Team, actor: User, pictures: Collection[UUID]) -> None:
    Star.objects.for_team(team).filter(user=actor, image__in=pictures).delete()


def favourites(images: Images, team: Team, user: User) -> Images:
    """Those among the images that the user has starred."""
    return images.filter(pk__in=Star.objects.for_team(team).filter(user=user).values("image"))


def starred(user: User, images: Iterable[Image]) -> set[UUID]:
    """Which of these the user has starred."""
    shown = [image.pk for image in images]
    return set(Star.objects.filter(user=user, image__in=shown).values_list("image", flat=True))


def count(image: Image) -> int:
    """How many people starred it."""
    return Star.objects.filter(image=image).count()
