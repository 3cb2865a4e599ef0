"""The vendor's REST face."""

from generations.sandbox.accounts import Account
from generations.sandbox.order import from_parameters
from generations.sandbox.studio import Studio
from generations.sandbox.wire import Reply, Request, not_found, reply_json

FINISHED = ("id", "status", "url", "duration", "createdAt")
EXTRA = ("webhookUrl", "width", "height", "metadata", "creditCost", "completedAt", "error")
ACCEPTED = ("id", "status", "url", "webhookUrl", "createdAt")


def create(studio: Studio, account: Account, request: Request) -> Reply:
    """POST /v1/text_to_image"""
    key = request.headers.get("Idempotency-Key")

    def make() -> Reply:
        accepted = studio.create(account, from_parameters(request.json()), key)
        shown = {name: accepted.view[name] for name in ACCEPTED}
        answer = reply_json({"data": {"generateimage": shown}})
        return Reply(answer.status, answer.body, delivery=accepted.delivery)

    return studio.once.run(account.label, request.path, key, request.body, make)


def show(studio: Studio, account: Account, job_id: str) -> Reply:
    """GET /v1/text_to_image/{id}"""
    job = studio.jobs.find(job_id)
    if job is None or job.label != account.label:
        raise not_found("There is no such generation")
    with studio.lock:
        view = job.view()
    shown = {name: view[name] for name in FINISHED}
    shown |= {name: view[name] for name in EXTRA if view[name] is not None}
    return reply_json({"data": {"generateimage": shown}})


def balance(account: Account) -> Reply:
    """GET /v1/balance"""
    return reply_json({"data": {"balance": {"credits": account.credits}}})
