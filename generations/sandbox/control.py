"""The lever behind the curtain: POST /control sets how the sandbox behaves, GET shows it."""

from typing import Any

from generations.sandbox.studio import Studio
from generations.sandbox.wire import Reply, Request, bad, reply_json, reply_text

PAUSE_MAX = 600.0  # seconds


def change(studio: Studio, request: Request) -> Reply:
    """Any of reset, seconds, jitter, seed, rates, amounts, plan, plans, webhook_pauses, revise."""
    news = request.json()
    known = {"reset", *_SETTERS}
    for name in news:
        if name not in known:
            raise bad(f"Unknown setting {name}", name)
    with studio.lock:
        if news.pop("reset", False):
            studio.forget()
        for name, value in news.items():
            _SETTERS[name](studio, value)
    return show(studio)


def show(studio: Studio) -> Reply:
    with studio.lock:
        settings = {
            "seconds": studio.seconds,
            "jitter": studio.jitter,
            "rates": studio.faults.rates,
            "amounts": studio.faults.amounts,
            "webhook_pauses": studio.messenger.pauses,
            "plan": vars(studio.accounts.plan),
            "plans": {label: vars(plan) for label, plan in studio.accounts.plans.items()},
        }
    return reply_json(settings)


def log(studio: Studio) -> Reply:
    return reply_text(studio.witness.text(), kind="application/x-ndjson")


def _seconds(studio: Studio, value: Any) -> None:
    studio.seconds = None if value is None else _length("seconds", value)


def _jitter(studio: Studio, value: Any) -> None:
    studio.jitter = _length("jitter", value)


def _seed(studio: Studio, value: Any) -> None:
    if type(value) is not int:
        raise bad("seed must be a whole number", "seed")
    studio.faults.reseed(value)


def _plans(studio: Studio, value: Any) -> None:
    if not isinstance(value, dict):
        raise bad("plans must be an object", "plans")
    for label, news in value.items():
        studio.accounts.set_plan(label, news)


def _revise(studio: Studio, value: Any) -> None:
    """What is said of finished jobs from now on: {id: {"cost": 25}}, a "status", None: forgotten.

    Webhooks that were sent said otherwise: so does an upstream that thinks again about a bill.
    """
    if not isinstance(value, dict):
        raise bad("revise must be an object", "revise")
    for job_id, news in value.items():
        job = studio.jobs.find(job_id)
        if job is None or not (news is None or isinstance(news, dict)):
            raise bad("revise names jobs, each with an object or null", "revise")
        if news is None:
            studio.jobs.forget(job_id)
            continue
        if "cost" in news:
            job.faults = {**job.faults, "cost": str(news["cost"])}
        if "status" in news:
            job.status = str(news["status"])


def _pauses(studio: Studio, value: Any) -> None:
    if not isinstance(value, list) or len(value) > 20:
        raise bad("webhook_pauses must be a short list", "webhook_pauses")
    studio.messenger.pauses = tuple(_length("webhook_pauses", pause) for pause in value)


def _length(name: str, value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= PAUSE_MAX:
        raise bad(f"{name} must be between 0 and {PAUSE_MAX:.0f}", name)
    return float(value)


_SETTERS = {
    "seconds": _seconds,
    "jitter": _jitter,
    "seed": _seed,
    "rates": lambda studio, value: studio.faults.set_rates(value),
    "amounts": lambda studio, value: studio.faults.set_amounts(value),
    "plan": lambda studio, value: studio.accounts.set_usual_plan(value),
    "plans": _plans,
    "webhook_pauses": _pauses,
    "revise": _revise,
}
