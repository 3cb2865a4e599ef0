"""Rounds of named steps, under one leader."""

import logging
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from generations.core.queue import lease, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_other_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sweep, "_steps", {})
    yield


def test_a_round_runs_every_step_and_says_what_each_mended() -> None:
    sweep.register("leases", lambda: 2)
    sweep.register("holds", lambda: 0)
    assert sweep.run_round() == {"leases": 2, "holds": 0}


def test_a_step_that_fails_is_logged_and_the_others_still_run(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> int:
        raise ValueError("no such row")

    sweep.register("broken", broken)
    sweep.register("holds", lambda: 1)
    with caplog.at_level(logging.ERROR):
        assert sweep.run_round() == {"holds": 1}
    assert "Sweep step broken failed." in caplog.text


def test_a_step_with_an_interval_waits_for_it() -> None:
    sweep.register("audit", lambda: 1, every=3600)
    sweep.register("holds", lambda: 1)
    assert sweep.run_round() == {"audit": 1, "holds": 1}
    assert sweep.run_round() == {"holds": 1}


def test_who_does_not_lead_does_nothing() -> None:
    lease.take(sweep.LEASE, "another process", 30)
    sweep.register("holds", lambda: 1)
    assert sweep.run_round() == {}
    lease.give_back(sweep.LEASE, "another process")
    assert sweep.run_round() == {"holds": 1}


def test_rounds_go_on_when_the_database_was_away(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DEADLINES = {"sweep": 0.01}
    stop = threading.Event()
    answers = iter([OperationalError("gone"), OperationalError("gone"), None])

    def round_() -> dict[str, int]:
        answer = next(answers)
        if answer is not None:
            raise answer
        stop.set()
        return {}

    monkeypatch.setattr(sweep, "run_round", round_)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    sweep.run_rounds(stop)
    assert next(answers, "all were asked") == "all were asked"
