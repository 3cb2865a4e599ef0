"""Two kinds of keys: the shared ones that open an upstream, and those the hub issues to scripts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.core import clock, crypto, ids
from generations.core.sealed import SealedField
from generations.teams.models import Project, Team, TeamScoped, User
from generations.teams.modes import Mode


class KeyState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    REJECTED = "rejected", _("Rejected by the upstream")
    EXHAUSTED = "exhausted", _("Out of credit upstream")


class Transport(models.TextChoices):
    REST = "rest", "REST"
    GRAPHQL = "graphql", "GraphQL"


class DailyUnit(models.TextChoices):
    JOBS = "jobs", _("pictures")
    CREDITS = "credits", _("credits")


class UnknownPolicy(models.TextChoices):
    RESUBMIT = "resubmit", _("Send the same request once more")
    FAIL = "fail", _("Fail, uncharged")


class UpstreamKey(models.Model):
    """A team's shared connection to an upstream. The secret itself is in KeySecret."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    name = models.CharField(_("Name"), max_length=60)
    provider = models.SlugField(max_length=40)
    mode = models.CharField(max_length=10, choices=Mode)
    transport = models.CharField(max_length=10, choices=Transport, default=Transport.REST)
    base_url = models.URLField(_("Address"), max_length=300)
    poll_path = models.CharField(max_length=200, blank=True, default="/v1/text_to_image/{id}")
    state = models.CharField(max_length=10, choices=KeyState, default=KeyState.ACTIVE)
    # The upstream said "not before": no claim until then (its 429, or the next try after a 402).
    blocked_until = models.DateTimeField(null=True)
    requests_per_minute = models.PositiveIntegerField(default=30)
    # Learned from the upstream's rate headers: its own figure, and "none left until".
    told_per_minute = models.PositiveIntegerField(null=True)
    rate_resets_at = models.DateTimeField(null=True)
    concurrent = models.PositiveIntegerField(default=3)
    daily_limit = models.PositiveBigIntegerField(null=True, blank=True)
    daily_unit = models.CharField(max_length=10, choices=DailyUnit, default=DailyUnit.JOBS)
    honours_idempotency = models.BooleanField(default=True)
    on_unknown = models.CharField(
        max_length=10, choices=UnknownPolicy, default=UnknownPolicy.RESUBMIT
    )
    # What a test of the key found out: {"webhook": bool, "polling": bool, "cost": bool, "at": …}.
    findings = models.JSONField(default=dict)
    # The credits that the upstream says are left, when it said so, and when it was last asked.
    balance = models.BigIntegerField(null=True)
    balance_at = models.DateTimeField(null=True)
    balance_asked_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    objects = TeamScoped["UpstreamKey"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="upstream_key_mode"),
            models.CheckConstraint(
                condition=Q(state__in=KeyState.values), name="upstream_key_state"
            ),
            models.CheckConstraint(
                condition=Q(transport__in=Transport.values), name="upstream_key_transport"
            ),
            models.CheckConstraint(
                condition=Q(daily_unit__in=DailyUnit.values), name="upstream_key_unit"
            ),
            models.CheckConstraint(
                condition=Q(on_unknown__in=UnknownPolicy.values), name="upstream_key_policy"
            ),
            models.CheckConstraint(condition=Q(concurrent__gte=1), name="upstream_key_concurrent"),
            models.CheckConstraint(
                condition=Q(told_per_minute__isnull=True) | Q(told_per_minute__gte=1),
                name="upstream_key_told",
            ),
            models.CheckConstraint(
                condition=Q(balance__isnull=True) | Q(balance_at__isnull=False),
                name="upstream_key_balance_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Whether jobs may be sent with it, now or when the upstream has been waited for."""
        return self.state == KeyState.ACTIVE and self.is_openable

    @property
    def is_openable(self) -> bool:
        """Whether this process's encryption keys open its secret. No query where prefetched.

        Not a state of the key: that the hub was given wrong ones says nothing of it, and is over
        as soon as it is given the right ones.
        """
        try:
            return any(
                bool(secret.api_key) and secret.webhook_secret is not None
                for secret in self.secrets.all()
                if secret.retired_at is None
            )
        except crypto.CannotOpen:
            return False

    @property
    def why_deaf(self) -> str:
        """Why no picture could be fetched with it, where its upstream can neither be asked nor call
        back; else empty.
        """
        if self.poll_path or self.has_webhook:
            return ""
        said = _(
            "{name} stays paused: its upstream cannot be asked, so its pictures come by webhook "
            "alone. Replace the key and enter the webhook secret, too."
        )
        return str(said).format(name=self.name)

    @property
    def is_blocked(self) -> bool:
        """Whether the upstream has asked to wait, and the time has not come."""
        return self.blocked_until is not None and self.blocked_until > clock.now()

    @property
    def is_spent_for_now(self) -> bool:
        """Whether the upstream said that no request is left, and its window has not ended."""
        return self.rate_resets_at is not None and self.rate_resets_at > clock.now()

    @property
    def is_told_less(self) -> bool:
        """Whether the upstream allows fewer requests a minute than was set here."""
        told = self.told_per_minute
        return told is not None and told < self.requests_per_minute

    @property
    def per_minute(self) -> int:
        """How many requests a minute are sent at most: the tighter of both figures."""
        told = self.told_per_minute
        return self.requests_per_minute if told is None else min(told, self.requests_per_minute)

    @property
    def has_webhook(self) -> bool:
        """Whether we hold a webhook secret: without one no callback address is sent, we poll."""
        return self.secrets.filter(retired_at=None).exclude(webhook_secret=b"").exists()


class KeySecret(models.Model):
    """One sealed secret of an upstream key. Rotation adds a row and retires the old one."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    key = models.ForeignKey(UpstreamKey, models.RESTRICT, related_name="secrets")
    api_key = SealedField()
    webhook_secret = SealedField(default=b"")
    last4 = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(retired_at=None), name="key_secret_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"···· {self.last4}"


class ApiKey(models.Model):
    """A key for scripts, shown once. `fh_<mode>_<id><secret><checksum>`; the digest is stored."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+")
    name = models.CharField(_("Name"), max_length=60)
    mode = models.CharField(max_length=10, choices=Mode)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(max_length=4)
    webhook_secret = SealedField()
    project = models.ForeignKey(Project, models.RESTRICT, related_name="+", null=True, blank=True)
    url_days = models.PositiveIntegerField(default=7)
    # Its own limits, where they are tighter than its owner's: see lifecycle.key_limits.
    daily_limit = models.PositiveBigIntegerField(null=True)  # credits
    concurrent = models.PositiveIntegerField(null=True)
    requests_per_minute = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = TeamScoped["ApiKey"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="api_key_mode"),
            # Nothing waits for ever: a key that may do nothing is revoked, or has 0 credits a day.
            models.CheckConstraint(
                condition=Q(concurrent__isnull=True) | Q(concurrent__gte=1),
                name="api_key_concurrent",
            ),
            models.CheckConstraint(
                condition=Q(requests_per_minute__isnull=True) | Q(requests_per_minute__gte=1),
                name="api_key_requests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ···· {self.last4}"
