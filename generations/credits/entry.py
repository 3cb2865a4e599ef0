"""The line of the ledger that a hold makes: when it is promised, settled or released."""

from generations.credits.models import Account, Entry, EntryKind, Hold


def entry_of(
    account: Account,
    kind: EntryKind,
    one: Hold,
    *,
    held: int,
    posted: int = 0,
    held_after: int | None = None,
    reason: str = "",
) -> Entry:
    """Not written yet. `posted` and `held` in credits, signed, as the account changes by them."""
    return Entry(
        account=account,
        kind=kind,
        posted=posted,
        held=held,
        posted_after=account.posted,
        held_after=account.held if held_after is None else held_after,
        day=one.day,
        user_id=one.user_id,
        project_id=one.project_id,
        hold=one,
        reference=one.reference,
        reason=reason,
    )
