"""The rows that a promise brings into the world, written in the same breath as its holds.

A list {holds} (reference, id) says which generations there will be, and what is held for each:
where a generation waits without a hold, its id is empty. A birth is heard by nobody upstairs, so
there is no signal: what is told of it is read from its Transition.
"""

from collections.abc import Sequence

from django.db.models import Model

from generations.core import statement
from generations.core.queue.wake import waking
from generations.core.statement import Sent, Write, Writes
from generations.credits.models import Hold
from generations.lifecycle import moves
from generations.lifecycle.models import Batch, Generation


def _insert(model: type[Model], rows: str, condition: str, **others: str) -> str:
    """All columns of the rows that were sent, but for those that come from elsewhere."""
    names = [str(field.column) for field in model._meta.concrete_fields]
    into = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(others.get(name, f'row."{name}"') for name in names)
    return (
        f"INSERT INTO {model._meta.db_table} ({into}) "  # noqa: S608  # names of our own
        f"SELECT {values} FROM {{{rows}}} AS row {condition} ORDER BY row.id"
    )


HELD = "JOIN {holds} AS hold ON hold.reference = row.id"
BATCH = Write("batch", _insert(Batch, "batches", "WHERE EXISTS (SELECT 1 FROM {holds} AS hold)"))
GENERATION = Write("generation", _insert(Generation, "generations", HELD, hold_id="hold.id"))
TRANSITION = Write(
    "transition",
    f"""
    INSERT INTO generations_transition (generation_id, team_id, source, target, note, at)
    SELECT row.id, row.team_id, '', row.status, '', row.created_at
    FROM {{generations}} AS row {HELD} ORDER BY row.id
    """,  # noqa: S608  # the same
)
BATCHES, GENERATIONS = Sent("batches", Batch), Sent("generations", Generation)
UNHELD = Sent("holds", Hold)


def of(batches: Sequence[Batch], generations: Sequence[Generation], pause: float = 0.0) -> Writes:
    """Everything but the holds. For `pause` seconds nothing is sent."""
    rows = {
        BATCHES: statement.rows_of(batches),
        GENERATIONS: statement.rows_of(generations),
    }
    key = generations[0].upstream_key_id
    return Writes((BATCH, GENERATION, TRANSITION), rows) + waking(
        "holds", moves.DISPATCH, key, after=pause
    )


def without_holds(births: Writes, generations: Sequence[Generation]) -> None:
    """Write them, though nothing is held for them yet."""
    unheld = [{"reference": one.id, "id": None} for one in generations]
    statement.run(Writes((), {UNHELD: unheld}) + births, "SELECT 1 FROM {holds} AS hold")
