"""The balance of a shared key from day to day: what no job explains is named, and so is a gap."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from django.db.models import F
from django.urls import reverse

from generations.keys.models import UpstreamKey
from generations.lifecycle.models import Attempt, Balance, Reconciliation
from generations.providers import registry
from generations.providers.contract import ProviderError, Trouble
from generations.providers.doitong.adapter import Doitong
from generations.teams.models import User
from tests.conftest import SignIn
from tests.engine import run_to_end
from tests.lifecycle.conftest import Ask
from tests.lifecycle.nights import (
    a_balance_of_the_day_before,
    a_day_later,
    again,
    buy,
    facts,
    reconciled,
)
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def too_many(self: object, connection: object) -> int:
    raise ProviderError(Trouble.RATE_LIMITED, "Too many requests.", http_status=429)


def test_a_balance_that_fell_by_more_than_its_jobs_is_named(
    ask: Ask, alice: User, key: UpstreamKey, sandbox: Sandbox
) -> None:
    a_balance_of_the_day_before(key, 1_000_000)
    run_to_end(*ask(alice, "a hill", count=2))
    buy(sandbox, key)  # somebody has the key elsewhere
    a_day_later(key)
    assert facts() == [("balance", 10, 0, 0, 10)]


def test_a_balance_that_its_jobs_explain_is_no_difference(
    ask: Ask, alice: User, key: UpstreamKey
) -> None:
    a_balance_of_the_day_before(key, 1_000_000)
    run_to_end(*ask(alice, "a hill", count=2), *ask(alice, "a hill [[fail]]"))
    a_day_later(key)
    assert Balance.objects.latest("day").credits == 1_000_000 - 20
    assert facts() == []


def test_an_upstream_that_tells_no_balance_is_not_probed_for_one(
    ask: Ask, alice: User, key: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_end(*ask(alice, "a hill"))
    silent = replace(cast(Doitong, registry.get("sandbox")), balance_path="")
    monkeypatch.setattr(registry, "_providers", lambda: {"sandbox": silent})
    probes: list[object] = []
    monkeypatch.setattr(Doitong, "balance", lambda self, connection: probes.append(connection))
    row = a_day_later(key)
    assert (bool(row.done_at), row.asked, probes) == (True, 1, [])


def test_a_balance_that_cannot_be_read_keeps_no_job_from_being_asked_about(
    ask: Ask, alice: User, key: UpstreamKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_end(*ask(alice, "a hill"))
    with monkeypatch.context() as broken:
        broken.setattr(Doitong, "balance", too_many)
        row = a_day_later(key)
    assert Attempt.objects.get().stated == 10
    assert (row.done_at, row.trouble) == (None, "Too many requests.")
    row = again(key)
    assert (bool(row.done_at), row.trouble, Balance.objects.count()) == (True, "", 1)


def test_a_day_whose_balance_could_never_be_read_ends_and_the_bill_says_so(
    ask: Ask, alice: User, key: UpstreamKey, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    run_to_end(*ask(alice, "a hill"))
    monkeypatch.setattr(Doitong, "balance", too_many)
    row = a_day_later(key)
    assert not row.done_at
    day = timedelta(days=1)
    Reconciliation.objects.update(
        day=row.day - day, since=row.since - day, until=row.until - day, due_at=row.since
    )
    Attempt.objects.update(claimed_at=F("claimed_at") - day)
    row = reconciled(key)
    assert (bool(row.done_at), row.asked) == (True, 1)
    assert row.trouble == "The balance after this day was never read."
    address = reverse("bill", args=[key.team.slug])
    page = sign_in(alice).get(f"{address}?month={row.day:%Y-%m}&mode=test").content.decode()
    assert "Practice" in page and row.trouble in page
