"""Nudges for the cluster: a message carries ids, the row it names is the job."""

from django_q.models import OrmQ
from django_q.tasks import async_task

FLOOD = 500  # messages


def wake(task: str, *ids: object) -> None:
    """Queue `task` (a dotted path that never changes) with these ids, as text.

    The message is a row on the application's own database, so it is written by the caller's
    transaction and vanishes with it.
    """
    async_task(task, *(str(each) for each in ids))


def nudge(task: str, *ids: object) -> bool:
    """wake(), for the sweep: not while so much waits that another message would only lengthen it.

    Leaving it out costs time and nothing else: the next round sees the same rows.
    """
    if OrmQ.objects.count() >= FLOOD:
        return False
    wake(task, *ids)
    return True
