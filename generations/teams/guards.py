"""What the database itself refuses about the record of administrative acts."""

from generations.core.append_only import Guard
from generations.teams.models import AuditEntry

GUARDS = [Guard(AuditEntry._meta.db_table)]
