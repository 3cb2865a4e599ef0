"""All that is due is looked after at once, and an upstream that hangs takes nobody's turn."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django_q.models import OrmQ

from generations.core import clock
from generations.core.queue import lease
from generations.credits.models import Plan
from generations.keys.models import UpstreamKey
from generations.lifecycle import look as looking
from generations.lifecycle import look_all as looking_around
from generations.lifecycle import recovery
from generations.lifecycle.apply import apply
from generations.lifecycle.claim import claim
from generations.lifecycle.look_all import PER_KEY, look_all
from generations.lifecycle.models import Attempt, Generation
from generations.lifecycle.record import record_all
from generations.lifecycle.states import AttemptState, Status
from generations.providers.contract import (
    Connection,
    ProviderError,
    Result,
    ResultState,
    Submission,
    Trouble,
)
from generations.providers.doitong.adapter import Doitong
from generations.teams.models import Team, User
from tests.lifecycle import making

COUNT = 3 * PER_KEY
PATIENCE = 10.0
Fetch = Callable[[Connection, str], Result]


@pytest.fixture
def fetch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Fetch], None]:
    """fetch(one) is how the upstreams answer."""
    Plan.objects.update(concurrent=None)
    UpstreamKey.objects.update(concurrent=100, requests_per_minute=1000)

    def put(one: Fetch) -> None:
        monkeypatch.setattr(Doitong, "fetch", staticmethod(one))

    return put


def drawing(team: Team, user: User, count: int = 1, name: str = "job") -> list[Attempt]:
    """At the team's upstream, and due to be asked for."""
    making.ask(team, user, count=count)
    attempts = claim(UpstreamKey.objects.get(team=team).pk)
    accepted = [Submission(f"{name}{n}", None, None, 202, None) for n in range(count)]
    record_all(list(zip(attempts, accepted, strict=True)))
    mine = Generation.objects.filter(pk__in=[each.generation_id for each in attempts])
    mine.update(due_at=clock.after(-1))
    return attempts


def statuses(attempts: list[Attempt]) -> set[str]:
    rows = Generation.objects.filter(pk__in=[each.generation_id for each in attempts])
    return set(rows.values_list("status", flat=True))


def done(connection: Connection, upstream_id: str) -> Result:
    return Result(upstream_id, ResultState.COMPLETED, "https://cdn.example/1.jpg", 15)


def test_an_upstream_that_hangs_holds_up_no_other_teams_pictures(
    team: Team,
    alice: User,
    other_team: Team,
    charlie: User,
    fetch: Callable[[Fetch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stuck = drawing(team, alice, COUNT, "stuck")
    others = drawing(other_team, charlie, COUNT, "other")
    hung, is_over = threading.Event(), threading.Event()
    landed: list[str] = []

    def apply_and_tell(attempt: Attempt, news: Result) -> str:
        landed.append(news.upstream_id)
        if len(landed) == COUNT:
            is_over.set()
        return apply(attempt, news)

    def answer(connection: Connection, upstream_id: str) -> Result:
        if upstream_id.startswith("other"):
            return done(connection, upstream_id)
        hung.set()
        assert is_over.wait(PATIENCE)
        raise ProviderError(Trouble.UNKNOWN, "It hung.")

    fetch(answer)
    monkeypatch.setattr(looking, "apply", apply_and_tell)
    look_all()
    assert sorted(landed) == sorted(f"other{n}" for n in range(COUNT))
    assert statuses(others) == {Status.STORING}
    assert statuses(stuck) == {Status.PROCESSING}
    assert hung.is_set()


def test_a_key_is_asked_for_all_that_is_due_a_few_at_a_time(
    team: Team, alice: User, fetch: Callable[[Fetch], None]
) -> None:
    attempts = drawing(team, alice, COUNT)
    together = threading.Barrier(PER_KEY)  # breaks where fewer than so many come together
    flying, most = [], []

    def answer(connection: Connection, upstream_id: str) -> Result:
        flying.append(upstream_id)
        most.append(len(flying))
        together.wait(PATIENCE)
        flying.remove(upstream_id)
        return done(connection, upstream_id)

    fetch(answer)
    look_all()
    assert statuses(attempts) == {Status.STORING}
    assert max(most) == PER_KEY


def test_a_team_with_many_keys_has_no_more_than_its_share(
    team: Team,
    alice: User,
    fetch: Callable[[Fetch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = drawing(team, alice, 4)
    monkeypatch.setattr(looking_around, "PER_TEAM", 1)
    flying, most = [], []

    def answer(connection: Connection, upstream_id: str) -> Result:
        flying.append(upstream_id)
        most.append(len(flying))
        flying.remove(upstream_id)
        return done(connection, upstream_id)

    fetch(answer)
    look_all()
    assert statuses(attempts) == {Status.STORING}
    assert max(most) == 1


def test_a_second_one_at_the_same_time_has_no_work(
    team: Team, alice: User, fetch: Callable[[Fetch], None]
) -> None:
    attempts = drawing(team, alice)
    fetch(done)
    assert lease.take(looking_around.LEASE, "another worker", 30)
    look_all()
    assert statuses(attempts) == {Status.PROCESSING}
    lease.give_back(looking_around.LEASE, "another worker")
    look_all()
    assert statuses(attempts) == {Status.STORING}


def test_a_bad_row_does_not_hold_up_the_others(
    team: Team, alice: User, fetch: Callable[[Fetch], None], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = drawing(team, alice, 2)
    Attempt.objects.filter(pk=bad.pk).update(n=7)
    fetch(done)
    look_all()
    assert statuses([good]) == {Status.STORING}
    assert str(bad.generation_id) in caplog.text


def test_an_answer_that_breaks_the_asking_still_ends_at_the_deadline(
    team: Team, alice: User, fetch: Callable[[Fetch], None], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = drawing(team, alice, 2)
    Generation.objects.filter(pk=bad.generation_id).update(deadline=clock.after(-1))

    def answer(connection: Connection, upstream_id: str) -> Result:
        if upstream_id == "job0":
            raise RecursionError("what no provider may raise")
        return done(connection, upstream_id)

    fetch(answer)
    look_all()
    assert (statuses([bad]), statuses([good])) == ({Status.FAILED}, {Status.STORING})
    assert "what no provider may raise" in caplog.text


def test_a_lost_answer_is_asked_for_once_more(
    team: Team, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.ask(team, alice)
    [attempt] = claim(UpstreamKey.objects.get(team=team).pk)
    Attempt.objects.update(state=AttemptState.SENDING, sends=1)
    Generation.objects.update(lease_until=clock.after(-1))
    recovery.end_leases()
    Generation.objects.update(deadline=clock.after(-1))

    def submit(*_order: Any) -> Submission:
        return Submission("job", None, None, 202, None)

    monkeypatch.setattr(Doitong, "submit", submit)
    look_all()
    attempt.refresh_from_db()
    assert (statuses([attempt]), attempt.sends) == ({Status.PROCESSING}, 2)


def test_the_sweep_sends_one_message_for_all(team: Team, alice: User) -> None:
    drawing(team, alice, 3)
    OrmQ.objects.all().delete()
    assert recovery.poll() == 1
    assert [each.task["func"].rpartition(".")[2] for each in OrmQ.objects.all()] == ["look_all"]
    Generation.objects.update(due_at=clock.after(60))
    assert recovery.poll() == 0
