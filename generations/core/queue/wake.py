"""Nudges for the cluster: a message carries ids, the row it names is the job."""

from django_q.tasks import async_task


def wake(task: str, *ids: object) -> None:
    """Queue `task` (a dotted path that never changes) with these ids, as text.

    The message is a row on the application's own database, so it is written by the caller's
    transaction and vanishes with it.
    """
    async_task(task, *(str(each) for each in ids))
