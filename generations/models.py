"""The roof's list of all models, so that Django finds them."""

from generations.api.models import RateWindow
from generations.core.queue.models import Heartbeat, Lease
from generations.credits.models import Account, Entry, Hold, Plan, UserDay
from generations.keys.models import ApiKey, KeySecret, UpstreamKey
from generations.lifecycle.models import (
    Attempt,
    Batch,
    Generation,
    IdempotencyRecord,
    Image,
    Transition,
)
from generations.prompts.models import Prompt, PromptVersion
from generations.teams.models import AuditEntry, Invitation, Membership, Project, Team, User
from generations.webhooks.models import Delivery, Receipt

__all__ = [
    "Account",
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "Batch",
    "Delivery",
    "Entry",
    "Generation",
    "Heartbeat",
    "Hold",
    "IdempotencyRecord",
    "Image",
    "Invitation",
    "KeySecret",
    "Lease",
    "Membership",
    "Plan",
    "Project",
    "Prompt",
    "PromptVersion",
    "RateWindow",
    "Receipt",
    "Team",
    "Transition",
    "UpstreamKey",
    "User",
    "UserDay",
]
