"""Every error of the protocol's table: status, code, and what stands beside it; by both faces."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError

from generations.api import ordering
from generations.credits import ledger
from generations.credits.accounts import wallet
from generations.credits.promise import Conflict
from generations.keys.models import KeyState, UpstreamKey
from generations.lifecycle.models import Generation
from generations.teams.days import next_midnight
from generations.teams.models import Membership, Team, User
from generations.teams.modes import Mode
from tests.api.conftest import Script, code, error

pytestmark = pytest.mark.django_db
FACES: list[Callable[..., Any]] = [Script.ask, Script.generate]
both_faces = pytest.mark.parametrize("face", FACES, ids=["rest", "graphql"])


@both_faces
def test_an_empty_wallet_is_402(
    script: Script, team: Team, alice: User, face: Callable[[Script], Any]
) -> None:
    ledger.grant(team, Mode.TEST, 19, actor=alice)
    answer = face(script)
    assert answer.status_code == 402
    assert error(answer) == {
        "code": "INSUFFICIENT_CREDITS",
        "creditsRequired": 20,
        "creditsAvailable": 19,
    }
    assert "Retry-After" not in answer.headers


@both_faces
def test_the_other_modes_wallet_does_not_matter(
    script: Script, team: Team, alice: User, face: Callable[[Script], Any]
) -> None:
    ledger.grant(team, Mode.LIVE, 1, actor=alice)
    assert face(script).status_code == 200


@both_faces
def test_a_frozen_account_is_402(script: Script, team: Team, face: Callable[[Script], Any]) -> None:
    ledger.freeze(wallet(team, Mode.TEST))
    answer = face(script)
    assert code(answer) == (402, "INSUFFICIENT_CREDITS", "")
    assert error(answer)["creditsAvailable"] == 0


@both_faces
def test_a_spent_day_is_429_until_midnight(
    script: Script, team: Team, alice: User, face: Callable[[Script], Any]
) -> None:
    Membership.objects.filter(team=team, user=alice).update(daily_limit=30)
    assert face(script).status_code == 200
    answer = face(script)
    midnight = next_midnight(team)
    assert answer.status_code == 429
    assert error(answer) == {
        "code": "DAILY_LIMIT_EXCEEDED",
        "creditsRequired": 20,
        "creditsAvailable": 10,
        "limitedBy": "member",
        "resetAt": midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert answer.headers["X-RateLimit-Reset"] == str(int(midnight.timestamp()))
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(answer.headers["Retry-After"]) <= 25 * 3600


@both_faces
def test_no_usable_key_is_502(script: Script, face: Callable[[Script], Any]) -> None:
    UpstreamKey.objects.update(state=KeyState.PAUSED)
    assert code(face(script)) == (502, "UPSTREAM_ERROR", "")
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("raised", "status", "name"),
    [
        (PermissionDenied(), 403, "FORBIDDEN"),
        (OperationalError("server closed the connection"), 503, "INTERNAL_SERVER_ERROR"),
        (Conflict(), 503, "INTERNAL_SERVER_ERROR"),
        (RuntimeError("secret detail"), 500, "INTERNAL_SERVER_ERROR"),
        (RecursionError("secret detail"), 500, "INTERNAL_SERVER_ERROR"),
    ],
)
@both_faces
def test_what_breaks_inside_tells_nothing_of_it(
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    face: Callable[[Script], Any],
    raised: Exception,
    status: int,
    name: str,
) -> None:
    def broken(*_args: Any) -> Any:
        raise raised

    monkeypatch.setattr(ordering, "admit", broken)
    answer = face(script)
    assert code(answer) == (status, name, "")
    assert b"secret" not in answer.content
    assert b"closed" not in answer.content
    assert (answer.headers.get("Retry-After") == "5") == (status == 503)
    assert "X-RateLimit-Limit" in answer.headers


def test_a_database_that_is_away_is_503(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_text: str) -> Any:
        raise OperationalError("connection refused")

    monkeypatch.setattr("generations.keys.issued.authenticate", away)
    answer = script.show("x")
    assert code(answer) == (503, "INTERNAL_SERVER_ERROR", "")
    assert answer.headers["Retry-After"] == "5"
