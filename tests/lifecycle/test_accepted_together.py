"""Answers that land at the same time are written down together, each as if it had come alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.credits.models import Plan
from generations.keys.models import UpstreamKey
from generations.lifecycle import dispatch as dispatching
from generations.lifecycle.apply import apply, apply_news
from generations.lifecycle.cancel import cancel_all
from generations.lifecycle.claim import claim
from generations.lifecycle.models import Attempt, Generation, Transition
from generations.lifecycle.record import Outcome, record_all
from generations.lifecycle.states import AttemptState, Status
from generations.providers.contract import (
    ProviderError,
    Result,
    ResultState,
    Submission,
    Trouble,
)
from generations.providers.doitong.adapter import Doitong
from generations.teams.models import Team, User
from tests.lifecycle import making

COUNT = 4


@pytest.fixture
def key(team: Team) -> UpstreamKey:
    Plan.objects.update(concurrent=None)
    UpstreamKey.objects.filter(team=team).update(concurrent=100, requests_per_minute=1000)
    return UpstreamKey.objects.get(team=team)


@pytest.fixture
def sent(team: Team, alice: User, key: UpstreamKey) -> list[Attempt]:
    making.ask(team, alice, count=COUNT)
    return claim(key.pk)


def accepted(name: str, result: Result | None = None, cost: int | None = None) -> Submission:
    return Submission(name, result, cost, 202, None)


def finished(name: str, cost: int | None = 15) -> Result:
    return Result(name, ResultState.COMPLETED, "https://cdn.example/1.jpg", cost, "", "")


def statuses(attempts: list[Attempt]) -> list[str]:
    rows = Generation.objects.in_bulk([attempt.generation_id for attempt in attempts])
    return [rows[attempt.generation_id].status for attempt in attempts]


def test_each_has_its_own_identifier_deadline_and_history(sent: list[Attempt]) -> None:
    record_all([(attempt, accepted(f"job{number}")) for number, attempt in enumerate(sent)])
    for number, attempt in enumerate(sent):
        attempt.refresh_from_db()
        generation = Generation.objects.get(pk=attempt.generation_id)
        assert (attempt.upstream_id, generation.upstream_id) == (f"job{number}",) * 2
        assert (attempt.state, attempt.http_status) == (AttemptState.ACCEPTED, 202)
        assert attempt.ended_at and generation.submitted_at
        assert generation.due_at and generation.deadline and generation.lease_until is None
        steps = Transition.objects.filter(generation=generation).order_by("id")
        assert [step.target for step in steps] == ["queued", "submitting", "processing"]


def test_twice_as_many_cost_no_more_statements_of_ours(
    team: Team, alice: User, key: UpstreamKey, sent: list[Attempt]
) -> None:
    def statements(attempts: list[Attempt], prefix: str) -> int:
        outcomes: list[Outcome] = [
            (attempt, accepted(f"{prefix}{number}")) for number, attempt in enumerate(attempts)
        ]
        with CaptureQueriesContext(connection) as captured:
            record_all(outcomes)
        return len([each for each in captured if "times:" not in each["sql"]])

    making.ask(team, alice, count=COUNT * 2)
    assert statements(sent, "a") == statements(claim(key.pk), "b")


def test_others_among_them_go_their_own_way(sent: list[Attempt]) -> None:
    first, second, third, fourth = sent
    record_all(
        [
            (first, accepted("a")),
            (second, accepted("b", finished("b"))),
            (third, ProviderError(Trouble.REFUSED, "no", http_status=400)),
            (fourth, accepted("d")),
        ]
    )
    assert statuses(sent) == ["processing", "storing", "failed", "processing"]


def test_what_a_webhook_was_faster_with_stays(sent: list[Attempt]) -> None:
    assert apply(sent[1], finished("b")) == "applied"
    record_all([(attempt, accepted(name)) for attempt, name in zip(sent, "abcd", strict=True)])
    assert statuses(sent) == ["processing", "storing", "processing", "processing"]


def test_a_stale_answer_moves_nothing(sent: list[Attempt]) -> None:
    Generation.objects.filter(pk=sent[0].generation_id).update(attempt=2)
    record_all([(attempt, accepted(name)) for attempt, name in zip(sent, "abcd", strict=True)])
    assert statuses(sent) == ["submitting", "processing", "processing", "processing"]


def test_an_identifier_that_is_given_twice_is_believed_once(sent: list[Attempt]) -> None:
    record_all([(attempt, accepted(name)) for attempt, name in zip(sent, "abca", strict=True)])
    assert statuses(sent) == ["processing", "processing", "processing", "submitting"]
    assert Attempt.objects.filter(upstream_id="a").get() == sent[0]


@pytest.mark.parametrize("together", [True, False])
def test_a_cost_that_was_stated_when_it_was_accepted_counts_until_another_is(
    sent: list[Attempt], together: bool
) -> None:
    outcomes: list[Outcome] = [
        (attempt, accepted(f"job{number}", cost=17)) for number, attempt in enumerate(sent)
    ]
    for each in [outcomes] if together else [[outcome] for outcome in outcomes]:
        record_all(each)
    first, second, *_others = sent
    apply(first, finished("job0", cost=None))
    apply(second, finished("job1", cost=15))
    costs = [Generation.objects.get(attempts=attempt).result_cost for attempt in sent]
    assert costs == [17, 15, 17, 17]


def test_what_a_webhook_says_of_the_cost_counts_where_the_asked_upstream_is_silent(
    sent: list[Attempt], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_others = sent
    record_all([(first, accepted("job0")), (second, accepted("job1"))])
    answers = {"job0": finished("job0", cost=None), "job1": finished("job1", cost=12)}
    monkeypatch.setattr(Doitong, "fetch", lambda self, connection, name: answers[name])
    apply_news(first, finished("job0", cost=17))
    apply_news(second, finished("job1", cost=17))
    costs = [Generation.objects.get(attempts=attempt).result_cost for attempt in sent[:2]]
    assert costs == [17, 12]


def test_no_more_are_claimed_than_are_asked_for(team: Team, alice: User, key: UpstreamKey) -> None:
    making.ask(team, alice, count=COUNT)
    assert len(claim(key.pk, 3)) == 3
    assert len(claim(key.pk, 3)) == 1


def test_who_was_cancelled_since_the_line_was_read_is_left_out(
    team: Team, alice: User, key: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = making.ask(team, alice, count=COUNT)
    chosen = [each.pk for each in made]
    cancel_all(Generation.objects.filter(pk__in=chosen[:2]), alice)
    monkeypatch.setattr("generations.lifecycle.line.next_for", lambda key, most: chosen)
    assert {attempt.generation_id for attempt in claim(key.pk)} == set(chosen[2:])


def test_what_is_no_longer_open_is_not_sent(sent: list[Attempt]) -> None:
    Attempt.objects.filter(pk=sent[0].pk).update(state=AttemptState.NOT_SENT)
    Generation.objects.filter(pk=sent[1].generation_id).update(status=Status.QUEUED)
    parcels = [dispatching._parcel(attempt, {}) for attempt in sent]
    assert [each.attempt for each in dispatching._mark_sending(parcels)] == sent[2:]
    rows = Attempt.objects.filter(state=AttemptState.SENDING, sends=1, sent_at__isnull=False)
    assert set(rows) == set(sent[2:])
