"""Two kinds of money that never mix."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    LIVE = "live", _("Live")
    TEST = "test", _("Practice")
