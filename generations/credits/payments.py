"""What was paid for credits: money, an invoice, or both, beside the entry of its grant."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from generations.credits.models import Entry, Payment
from generations.credits.refusals import Refused, grouped
from generations.teams.models import Team


@dataclass(frozen=True)
class Paid:
    """`currency` is ISO 4217, and given with `money` only."""

    money: Decimal | None = None
    currency: str = ""
    invoice: str = ""

    def __bool__(self) -> bool:
        return self.money is not None or bool(self.invoice)


class InvoiceKnown(Refused):
    """A grant of this team has this invoice number already."""


def note(team: Team, entry: Entry, paid: Paid) -> Payment:
    """Write down what a grant was paid with. Raises InvoiceKnown, whatever the case of letters."""
    try:
        with transaction.atomic():
            return Payment.objects.create(
                entry=entry,
                team=team,
                money=paid.money,
                currency=paid.currency,
                invoice=paid.invoice,
            )
    except IntegrityError:
        earlier = Payment.objects.for_team(team).filter(invoice__iexact=paid.invoice)
        known = earlier.select_related("entry").first() if paid.invoice else None
        if known is None:
            raise
        sentence = _("Invoice {invoice} was entered before: {credits} credits on {day}.")
        raise InvoiceKnown(
            sentence.format(
                invoice=known.invoice,
                credits=grouped(known.entry.posted),
                day=date_format(known.entry.day, "j F Y"),
            )
        ) from None
