"""Reading hostile answers: nothing but plain, bounded values comes through."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from generations.providers.contract import RateNews, ResultState
from generations.providers.doitong import reading

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=42)


@pytest.mark.parametrize(
    "value",
    [
        "42",
        " 42.0 ",
        str(int(SOON.timestamp())),
        f"{SOON.timestamp():.3f}",
        str(int(SOON.timestamp() * 1000)),
        "Sun, 01 Mar 2026 12:00:42 GMT",
        "2026-03-01T12:00:42Z",
        "2026-03-01T13:00:42+01:00",
        "2026-03-01 12:00:42",
    ],
)
def test_a_reset_in_any_unit_is_the_same_moment(value: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert reading.moment(value) == SOON


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        "-5",
        "nan",
        "inf",
        "1e309",
        "1e13",
        "9" * 30,
        "9" * 5000,
        "1",
        "Sun, 99 Mar 2026 12:00:42 GMT",
        "Sat, 01 Jan 0001 00:00:00 +2359",
        "0001-01-01T00:00:00+23:59",
        str(int((NOW + timedelta(days=400)).timestamp())),
        str(int((NOW - timedelta(days=400)).timestamp())),
    ],
)
def test_a_reset_that_makes_no_sense_is_none(value: str | None) -> None:
    with time_machine.travel(NOW, tick=False):
        expected = NOW + timedelta(seconds=1) if value == "1" else None
        assert reading.moment(value) == expected


def test_rate_headers_are_read_as_far_as_they_make_sense() -> None:
    with time_machine.travel(NOW, tick=False):
        headers = {"X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "٣"}
        assert reading.rate(headers) == RateNews(30, None, None)
        assert reading.rate({"X-RateLimit-Reset": "42"}) == RateNews(None, None, SOON)
        assert reading.rate({"X-RateLimit-Limit": "-1"}) is None
        assert reading.rate({}) is None


@pytest.mark.parametrize("cost", [0, 1, 15, 10**6])
def test_a_believable_cost_is_taken(cost: int) -> None:
    assert reading.cost({"creditCost": cost}) == (cost, False)
    assert reading.cost({"metadata": {"creditCost": cost}}) == (cost, False)


@pytest.mark.parametrize(
    "cost",
    [-1, 10**6 + 1, 10**40, 1.5, 15.0, float("inf"), float("nan"), "15", True, [], {}],
    ids=repr,
)
def test_any_other_cost_is_none_and_marked(cost: object) -> None:
    assert reading.cost({"creditCost": cost}) == (None, True)


def test_no_cost_is_none_and_not_marked() -> None:
    for job in ({}, {"creditCost": None}, {"metadata": "x"}, {"metadata": {"creditCost": None}}):
        assert reading.cost(job) == (None, False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe{}",
        b'{"id": "\xff"}',
        b'{"id": NaN}',
        b'{"id": -Infinity}',
        b'{"id": "a", "id": "b"}',
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": "a"} trailing',
    ],
    ids=range(14),
)
def test_what_is_not_one_plain_json_object_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # whatever its words
        reading.load(body)


@pytest.mark.parametrize("value", ["abc123xyz", "a/b?c=d", "x" * 200, 7])
def test_a_usable_id_is_taken(value: object) -> None:
    assert reading.job_id({"id": value}) == str(value)


@pytest.mark.parametrize(
    "value",
    [None, "", " ", "a b", "a\nb", "é", "x" * 201, ".", "..", True, 1.5, [], {}, "a\0", "\ud800"],
    ids=repr,
)
def test_any_other_id_is_a_value_error(value: object) -> None:
    with pytest.raises(ValueError, match="id"):
        reading.job_id({"id": value})


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("completed", ResultState.COMPLETED),
        ("COMPLETED ", ResultState.COMPLETED),
        ("failed", ResultState.FAILED),
        ("cancelled", ResultState.FAILED),
        ("processing", ResultState.PROCESSING),
        ("queued", ResultState.PROCESSING),
        ("", ResultState.PROCESSING),
        (0, ResultState.PROCESSING),
        ([], ResultState.PROCESSING),
        (True, ResultState.PROCESSING),
    ],
)
def test_only_the_named_statuses_are_final(status: object, state: ResultState) -> None:
    assert reading.result({"id": "a", "status": status, "url": "https://x.example/"}).state is state


def test_without_a_status_a_url_tells_that_it_is_done() -> None:
    assert reading.result({"id": "a", "url": "https://x.example/"}).state is ResultState.COMPLETED
    assert reading.result({"id": "a", "url": None}).state is ResultState.PROCESSING


def test_a_url_counts_only_when_completed_and_of_sensible_length() -> None:
    def url(**job: object) -> str:
        return reading.result({"id": "a", **job}).url

    assert url(status="completed", url="https://x.example/a") == "https://x.example/a"
    assert url(status="processing", url="https://x.example/a") == ""
    assert url(status="completed", url="https://x.example/" + "a" * 3000) == ""
    assert url(status="completed", url=["https://x.example/a"]) == ""


def test_a_failure_brings_its_code_and_words() -> None:
    told = reading.result(
        {"id": "a", "status": "failed", "error": {"code": "NSFW", "message": "Not <b>this</b>"}}
    )
    assert (told.code, told.message) == ("NSFW", "Not this")
    assert reading.result({"id": "a", "status": "failed", "error": "Sorry"}).message == "Sorry"
    assert reading.result({"id": "a", "status": "failed"}).message == ""


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("width must be < 2048", "width must be < 2048"),
        ("<script>alert(1)</script>Hello <b>you</b>", "alert(1)Hello you"),
        ("two\r\nlines\tand\0more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("right\u202eto left", "right to left"),
        ("half \ud800 sign", "half sign"),
        ("x" * 10**6, "x" * 300),
        ("<a" * 600, "a " * 150),
        ("no <![> such mark", "no ![ such mark"),
        (None, ""),
        (["x"], ""),
        (5, ""),
    ],
    ids=range(12),
)
def test_words_of_others_become_plain_and_short(given: object, text: str) -> None:
    assert reading.text(given) == text
