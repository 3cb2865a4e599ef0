"""`Idempotency-Key`: the first answer again, to the letter, and one charge."""

from collections.abc import Callable
from typing import Any

import pytest

from generations.api import ordering
from generations.core import clock
from generations.lifecycle.admit import InProgress
from generations.lifecycle.models import Generation, IdempotencyRecord
from generations.teams.models import User
from tests.api.conftest import Issue, Script, code, one

pytestmark = pytest.mark.django_db
ONCE = {"Idempotency-Key": "order-1"}
FACES: list[Callable[..., Any]] = [Script.ask, Script.generate]
both_faces = pytest.mark.parametrize("face", FACES, ids=["rest", "graphql"])


@both_faces
def test_twice_is_once_and_the_answer_is_the_same(script: Script, face: Callable[..., Any]) -> None:
    first = face(script, headers=ONCE)
    Generation.objects.update(status="processing", wait="")
    again = face(script, headers=ONCE)
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Generation.objects.count() == 1
    assert one(again)["status"] == "processing"


def test_the_order_of_the_members_does_not_make_another_body(script: Script) -> None:
    one_way = '{"service": "flux-pro", "prompt": "a hill", "width": 512, "height": 512}'
    other_way = '{"height":512,"width":512,"prompt":"a hill","service":"flux-pro"}'
    first = script.post("/v1/text_to_image", one_way, ONCE)
    again = script.post("/v1/text_to_image", other_way, ONCE)
    assert one(first)["id"] == one(again)["id"]


@both_faces
def test_another_body_is_422_and_changes_nothing(script: Script, face: Callable[..., Any]) -> None:
    face(script, headers=ONCE)
    other = {"prompt": "a sea"} if face is Script.ask else {"input": {"text": "a sea"}}
    answer = face(script, headers=ONCE, **other)
    assert code(answer) == (422, "IDEMPOTENCY_KEY_REUSED", "")
    assert Generation.objects.count() == 1


@both_faces
def test_while_the_first_is_under_way_it_is_409(
    script: Script, face: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any) -> Any:
        raise InProgress

    monkeypatch.setattr(ordering, "admit", busy)
    assert code(face(script, headers=ONCE)) == (409, "IDEMPOTENCY_IN_PROGRESS", "")


def test_each_key_and_each_route_has_its_own(issue: Issue, alice: User, bob: User) -> None:
    hers = issue(alice)
    ids = {
        one(answer)["id"]
        for answer in (
            hers.ask(headers=ONCE),
            hers.generate(headers=ONCE),
            issue(alice).ask(headers=ONCE),
            issue(bob).ask(headers=ONCE),
        )
    }
    assert len(ids) == 4


@pytest.mark.parametrize("value", ["", "a" * 256, "a\tb", "é", "a\x7f"])
@both_faces
def test_a_key_is_printable_ascii(script: Script, face: Callable[..., Any], value: str) -> None:
    answer = face(script, headers={"Idempotency-Key": value})
    assert code(answer) == (400, "BAD_REQUEST", "Idempotency-Key")
    assert not Generation.objects.exists()


def test_a_key_of_255_characters_is_one(script: Script) -> None:
    value = {"Idempotency-Key": "~" * 255}
    assert one(script.ask(headers=value))["id"] == one(script.ask(headers=value))["id"]


def test_a_refusal_is_not_remembered(script: Script) -> None:
    assert script.ask(headers=ONCE, width=1).status_code == 400
    assert script.ask(headers=ONCE).status_code == 200


def test_after_a_day_the_key_is_free_again(script: Script) -> None:
    first = script.ask(headers=ONCE)
    IdempotencyRecord.objects.update(expires_at=clock.after(-1))
    assert one(script.ask(headers=ONCE))["id"] != one(first)["id"]
