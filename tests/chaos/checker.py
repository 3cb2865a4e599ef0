"""Whether every promise was kept, judged from journals and rows alone.

Whoever runs the hub, and however, has no part in it: `check` opens the rows and reads the journals
of the callers, of the upstream and of the receivers. Each rule is also tested against a planted
breach of it.
"""

from collections.abc import Iterator
from io import StringIO

from django.core.management import CommandError, call_command

from tests.chaos import deliveries, money, promises, sendings
from tests.chaos.findings import Finding
from tests.chaos.journal import Journals
from tests.chaos.snapshot import Snapshot, take


def check(journals: Journals, rows: Snapshot | None = None) -> list[Finding]:
    """Everything that is wrong, in the order of the rules; nothing when all is well."""
    rows = rows or take()
    return [
        *promises.check(journals, rows),
        *money.check(journals, rows),
        *sendings.check(journals, rows),
        *deliveries.check(journals, rows),
        *books(),
    ]


def books() -> Iterator[Finding]:
    """The hub's own proof must agree: `manage.py audit_ledger`."""
    output = StringIO()
    try:
        call_command("audit_ledger", stdout=output)
    except CommandError:
        for line in output.getvalue().splitlines():
            yield Finding("books differ", line.split(":")[0], line)
