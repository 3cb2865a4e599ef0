"""Whether the team sees a picture: its maker alone decides."""

from django.core.exceptions import PermissionDenied

from generations.lifecycle.models import Image
from generations.teams.models import User


def set_private(image: Image, actor: User, *, is_private: bool) -> None:
    """The charge stays in the team's books either way. Raises PermissionDenied."""
    if image.author_id != actor.pk:
        raise PermissionDenied
    Image.objects.filter(pk=image.pk).update(is_private=is_private)
