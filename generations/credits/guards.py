"""What the database itself refuses about money."""

from generations.core.append_only import Guard
from generations.credits.models import Entry, Hold, Payment

# An entry never changes, nor what it was paid with. A hold keeps its amount, and resolves once.
GUARDS = [
    Guard(Entry._meta.db_table),
    Guard(Payment._meta.db_table),
    Guard(
        Hold._meta.db_table,
        when="OLD.resolved_at IS NOT NULL OR OLD.amount <> NEW.amount"
        " OR OLD.reference <> NEW.reference",
    ),
]
