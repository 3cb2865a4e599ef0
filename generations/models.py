"""The roof's list of all models, so that Django finds them."""

from generations.alerts.models import Letter, MailChoice, Notice, Reading, Rule
from generations.api.models import RateWindow
from generations.core.queue.models import Heartbeat, Lease
from generations.credits.models import Account, ApiKeyDay, Entry, Hold, Payment, Plan, UserDay
from generations.gallery.models import Star
from generations.keys.models import ApiKey, KeySecret, UpstreamKey
from generations.lifecycle.models import (
    Attempt,
    Balance,
    Batch,
    Difference,
    Generation,
    IdempotencyRecord,
    Image,
    Reconciliation,
    Series,
    Transition,
)
from generations.prompts.models import Prompt, PromptVersion, Style
from generations.teams.models import AuditEntry, Invitation, Membership, Project, Team, User
from generations.webhooks.models import Delivery, Receipt

__all__ = [
    "Account",
    "ApiKey",
    "ApiKeyDay",
    "Attempt",
    "AuditEntry",
    "Balance",
    "Batch",
    "Delivery",
    "Difference",
    "Entry",
    "Generation",
    "Heartbeat",
    "Hold",
    "IdempotencyRecord",
    "Image",
    "Invitation",
    "KeySecret",
    "Lease",
    "Letter",
    "MailChoice",
    "Membership",
    "Notice",
    "Payment",
    "Plan",
    "Project",
    "Prompt",
    "PromptVersion",
    "RateWindow",
    "Reading",
    "Receipt",
    "Reconciliation",
    "Rule",
    "Series",
    "Star",
    "Style",
    "Team",
    "Transition",
    "UpstreamKey",
    "User",
    "UserDay",
]
