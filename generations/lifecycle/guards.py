"""What the database itself refuses about the upstream's bill: what was found stays as it was."""

from generations.core.append_only import Guard
from generations.lifecycle.models import Balance, Difference

GUARDS = [Guard(Difference._meta.db_table), Guard(Balance._meta.db_table)]
