"""What the upstream accepted and now draws: many answers at once, in as many statements as one."""

from collections import defaultdict
from collections.abc import Mapping

from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, Subquery

from generations.core import clock, ids
from generations.keys.models import UpstreamKey
from generations.lifecycle import moves
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.news import drawing
from generations.lifecycle.states import AttemptState, Status
from generations.providers.contract import Submission

# By hand: an expression with a case for each row takes longer to build than all else.
NAME = "UPDATE generations_attempt SET upstream_id = %s, http_status = %s WHERE id = %s"
COST = "UPDATE generations_generation SET result_cost = %s WHERE id = %s"
Answers = Mapping[Attempt, Submission]


def accept_all(answers: Answers) -> set[Attempt]:
    """Write down what is plainly so, all of it or nothing. Returns whose answers were.

    The rest takes its time: what a webhook or the end of a lease was faster with, and all of them
    where the upstream gave one identifier twice.
    """
    if not answers:
        return set()
    try:
        with transaction.atomic():
            plain = _plain(answers)
            if plain:
                _accept(plain)
            return set(plain)
    except IntegrityError:
        return set()


def _plain(answers: Answers) -> dict[Attempt, Submission]:
    """Those that nobody was faster with, their generations locked."""
    sending = Generation.objects.filter(
        pk__in=[attempt.generation_id for attempt in answers], status=Status.SUBMITTING
    ).order_by("id")
    current = {row.pk: row for row in sending.select_for_update(no_key=True)}
    unknown = Attempt.objects.filter(pk__in=[attempt.pk for attempt in answers], upstream_id="")
    nameless = set(unknown.values_list("pk", flat=True))
    found = {}
    for attempt, answer in answers.items():
        generation = current.get(attempt.generation_id)
        if generation and generation.attempt == attempt.n and attempt.pk in nameless:
            attempt.generation = generation
            found[attempt] = answer
    return found


def _accept(answers: Answers) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            NAME,
            [
                (answer.upstream_id, answer.http_status, ids.for_sql(attempt.pk))
                for attempt, answer in answers.items()
            ],
        )
        stated = [
            (answer.cost, ids.for_sql(attempt.generation_id))
            for attempt, answer in answers.items()
            if answer.cost is not None
        ]
        if stated:
            cursor.executemany(COST, stated)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in answers]).update(
        state=AttemptState.ACCEPTED, ended_at=clock.database_now()
    )
    sent: dict[UpstreamKey, list[Generation]] = defaultdict(list)
    for attempt in answers:
        sent[attempt.upstream_key].append(attempt.generation)
    named = Attempt.objects.filter(generation=OuterRef("pk"), n=OuterRef("attempt"))
    for key, generations in sent.items():
        upstream_id = Subquery(named.values("upstream_id"))
        moves.move_all(generations, Status.PROCESSING, upstream_id=upstream_id, **drawing(key))
