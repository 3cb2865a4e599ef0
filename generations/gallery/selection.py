"""The pictures that a form names."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from generations.gallery.finding import as_uuid

MOST = 200


def selected(posted: QueryDict) -> list[UUID]:
    """Its fields `picture`, each one id or several with commas between (for an undo).

    Raises Http404 where one is no id, and ValidationError for none or too many.
    """
    words = [word for field in posted.getlist("picture") for word in field.split(",") if word]
    if not words:
        raise ValidationError(_("Select a picture first."))
    if len(words) > MOST:
        raise ValidationError(_("Select at most {number} pictures at once.").format(number=MOST))
    return [as_uuid(word) for word in words]
