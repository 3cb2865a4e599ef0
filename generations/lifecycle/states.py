"""The states of a generation, of its attempts, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Seconds until what could not be sent, or got no credit, is given up.
LONGEST_WAIT = 24 * 3600.0
LONGEST_UNFUNDED = 3 * LONGEST_WAIT
MOST_RESETS = 3  # of the daily limit, in that time


class Status(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SUBMITTING = "submitting", _("Sending")
    UNKNOWN = "unknown", _("Sent, confirming")
    PROCESSING = "processing", _("Drawing")
    STORING = "storing", _("Finishing")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
AT_UPSTREAM = frozenset({Status.SUBMITTING, Status.UNKNOWN, Status.PROCESSING})
ACTIVE = AT_UPSTREAM | {Status.STORING}

# From each state, where a compare-and-set may lead. Anything else is a bug and stops.
MOVES: dict[Status, frozenset[Status]] = {
    # An upstream may answer "error" and deliver all the same: then queued goes on to storing.
    Status.QUEUED: frozenset({Status.SUBMITTING, Status.STORING, Status.CANCELLED, Status.FAILED}),
    Status.SUBMITTING: frozenset(
        {Status.QUEUED, Status.UNKNOWN, Status.PROCESSING, Status.STORING, Status.FAILED}
    ),
    # A "not now" may come after the lease has ended: then unknown goes back into the line.
    Status.UNKNOWN: frozenset(
        {Status.QUEUED, Status.SUBMITTING, Status.PROCESSING, Status.STORING, Status.FAILED}
    ),
    Status.PROCESSING: frozenset({Status.STORING, Status.FAILED}),
    Status.STORING: frozenset({Status.COMPLETED, Status.FAILED}),
    Status.FAILED: frozenset({Status.COMPLETED}),  # a late picture, charged 0
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}


class Wait(models.TextChoices):
    """Why a queued generation is not being sent."""

    TURN = "turn", _("starting now")
    CONCURRENCY = "concurrency", _("all slots busy")
    RATE = "rate", _("the key's requests per minute are used up")
    KEY_DAY = "key_day", _("the key's daily limit is reached")
    BLOCKED = "blocked", _("the upstream asked us to wait")
    RETRY = "retry", _("trying again shortly")
    ELSEWHERE = "elsewhere", _("the upstream was not reached; another key tries")
    UNDO = "undo", _("not sent yet; it can be undone")
    PAUSED = "paused", _("the key is paused")
    REJECTED = "rejected", _("the upstream rejected the key")
    EXHAUSTED = "exhausted", _("the key is out of credit upstream")
    UNOPENED = "unopened", _("the hub cannot open the key")
    STOPPED = "stopped", _("no key can be used")
    DAILY_LIMIT = "daily_limit", _("the daily limit is reached")
    API_KEY_DAY = "api_key_day", _("the API key's daily limit is reached")
    WALLET = "wallet", _("not enough in the team wallet")


# For which a job without credit waits, by what binds: see credits.limits.Standing.binds.
WAITS: dict[str, Wait] = {
    "plan": Wait.DAILY_LIMIT,
    "member": Wait.DAILY_LIMIT,
    "key": Wait.API_KEY_DAY,
    "wallet": Wait.WALLET,
}


class AttemptState(models.TextChoices):
    OPEN = "open", _("Claimed")  # certainly not sent
    SENDING = "sending", _("On the wire")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    NOT_SENT = "not_sent", _("Not sent")
    UNKNOWN = "unknown", _("Answer lost")


class Failure(models.TextChoices):
    """Why a generation failed. The sentence is what a person reads."""

    REFUSED = "upstream_rejected", _("The upstream refused the request.")
    FAILED = "upstream_failed", _("The upstream gave up.")
    SERVER_ERROR = "upstream_error", _("The upstream answered with an error three times.")
    NO_KEY = "no_usable_key", _("The team has no usable key.")
    UNKNOWN = "outcome_unknown", _("The upstream's answer was lost and never came again.")
    TIMED_OUT = "timed_out", _("The upstream did not finish in time.")
    LOST = "result_lost", _("The finished picture could not be fetched.")
    BAD_URL = "bad_result_url", _("The upstream gave an address we do not fetch from.")
    BAD_IMAGE = "bad_image", _("What the upstream delivered is not a picture we accept.")
    WAITED = "waited_too_long", _("It could not be sent in time.")
    CRASHED = "worker_crash", _("It stopped our worker five times.")
