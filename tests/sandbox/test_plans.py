"""Plans: requests a minute, concurrent jobs, jobs a day, credits."""

import time

from tests.sandbox.conftest import Caller


def test_every_answer_carries_the_three_rate_headers(caller: Caller) -> None:
    first, second = caller.order(), caller.order(width=1)
    assert first.headers["X-RateLimit-Limit"] == "3000"
    assert first.headers["X-RateLimit-Remaining"] == "2999"
    assert second.status_code == 400
    assert second.headers["X-RateLimit-Remaining"] == "2998"
    assert 0 <= int(first.headers["X-RateLimit-Reset"]) - time.time() <= 62
    assert caller.get("/v1/balance").headers["X-RateLimit-Limit"] == "30000"


def test_beyond_the_requests_a_minute_is_a_429(caller: Caller) -> None:
    caller.sandbox.control(plans={"alice": {"rpm": 2}})
    assert [caller.order().status_code for _ in range(2)] == [200, 200]
    refused = caller.order()
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMIT_EXCEEDED"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert int(refused.headers["Retry-After"]) >= 1
    assert caller.get("/v1/balance").status_code == 200
    assert Caller(caller.sandbox, "bob").order().status_code == 200


def test_a_plan_may_limit_concurrent_jobs(caller: Caller) -> None:
    caller.sandbox.control(seconds=30, plans={"alice": {"concurrent": 1}})
    assert caller.order().status_code == 200
    assert caller.order().status_code == 429
    caller.sandbox.control(seconds=0, plan={"concurrent": 1})
    bob = Caller(caller.sandbox, "bob")
    bob.finished(bob.order())
    assert bob.order().status_code == 200


def test_a_plan_may_limit_jobs_a_day(caller: Caller) -> None:
    caller.sandbox.control(plans={"alice": {"daily": 1}})
    caller.finished(caller.order())
    refused = caller.order()
    assert refused.status_code == 429
    assert int(refused.headers["X-RateLimit-Reset"]) % 86400 == 0


def test_a_failed_job_gives_its_credits_back(caller: Caller) -> None:
    job = caller.finished(caller.order(prompt="hills [[fail]]"))
    assert (job["status"], job["url"], job["creditCost"]) == ("failed", None, 0)
    assert job["error"]["code"] == "GENERATION_FAILED"
    assert caller.get("/v1/balance").json()["data"]["balance"]["credits"] == 1_000_000
