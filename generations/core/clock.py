"""Time. Leases and deadlines use the database's clock, so that all processes agree.

Tests age rows by writing times through these expressions; nothing moves the database's clock.
"""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.utils import timezone


def now() -> datetime:
    """This process' clock: for what people read, never for a lease or a deadline."""
    return timezone.now()


def database_now() -> Now:
    """The database's clock, as an expression."""
    return Now()


def after(seconds: float) -> Combinable:
    """The database's clock plus so many seconds (negative: ago), as an expression."""
    moment = Now() + timedelta(seconds=seconds)
    return ExpressionWrapper(moment, output_field=DateTimeField())
