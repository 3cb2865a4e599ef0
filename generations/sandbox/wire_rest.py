"""The vendor's REST face."""

from generations.sandbox.accounts import Account
from generations.sandbox.once import Ticket
from generations.sandbox.order import from_parameters
from generations.sandbox.studio import Studio
from generations.sandbox.wire import Reply, Request, not_found, reply_json

FINISHED = ("id", "status", "url", "duration", "createdAt")
EXTRA = ("webhookUrl", "width", "height", "metadata", "creditCost", "completedAt", "error")
ACCEPTED = ("id", "status", "url", "webhookUrl", "createdAt")


def create(studio: Studio, account: Account, request: Request) -> Reply:
    """POST /v1/text_to_image"""
    ticket = Ticket.of(account.label, request)

    def make() -> Reply:
        accepted = studio.create(account, from_parameters(request.json()), ticket)
        shown = {name: accepted.view[name] for name in ACCEPTED}
        return accepted.answer(reply_json({"data": {"generateimage": shown}}))

    return studio.once.run(ticket, make)


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
