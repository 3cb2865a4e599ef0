"""Credits: whole numbers, held before, settled or released after, never edited.

An Account's figures always equal the sums of its Entries, a UserDay's those of its Holds;
`audit_ledger` proves it. Entries are append-only and a Hold resolves once: see guards.py.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from generations.teams.models import Project, Team, TeamScoped, User
from generations.teams.modes import Mode


class Plan(models.Model):
    """What one member of a team may ask for. None means unlimited.

    A plan with a team is that team's own, with figures that were agreed with it.
    """

    team = models.OneToOneField(Team, models.RESTRICT, related_name="+", null=True)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    requests_per_minute = models.PositiveIntegerField(null=True)
    concurrent = models.PositiveIntegerField(null=True)
    daily_limit = models.PositiveBigIntegerField(null=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def figures(self) -> tuple[int | None, int | None, int | None]:
        """As they stand beside each other: credits a day, pictures at once, requests a minute."""
        return self.daily_limit, self.concurrent, self.requests_per_minute


class AccountKind(models.TextChoices):
    WALLET = "wallet", _("Wallet")
    LOSS = "loss", _("Paid but not charged")


class Account(models.Model):
    """A team's wallet, or what it cost the hub without being charged, in one mode.

    `posted` is what was granted less what was spent; `held` is promised to running jobs. A wallet
    binds from its first grant on (`is_enforced`).
    """

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode)
    kind = models.CharField(max_length=10, choices=AccountKind)
    plan = models.ForeignKey(Plan, models.RESTRICT, related_name="+", null=True)
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    is_enforced = models.BooleanField(default=False)
    frozen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Account"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "mode", "kind"], name="account_once"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="account_mode"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind"),
            models.CheckConstraint(condition=Q(held__gte=0), name="account_held_not_negative"),
            models.CheckConstraint(
                condition=Q(is_enforced=False) | Q(posted__gte=F("held")),
                name="account_wallet_covers",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AccountKind.WALLET) | Q(plan__isnull=False),
                name="account_wallet_has_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mode}"

    @property
    def left(self) -> int:
        """What may still be promised, in credits."""
        return self.posted - self.held


class UserDay(models.Model):
    """One member's day in the team's time zone: what is held and what was spent."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+")
    day = models.DateField()
    mode = models.CharField(max_length=10, choices=Mode)
    reserved = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    has_key_days = models.BooleanField(default=False)  # whether an ApiKeyDay moves with it

    objects = TeamScoped["UserDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user", "day", "mode"], name="user_day_once"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="user_day_reserved"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="user_day_spent"),
        ]
        indexes = [models.Index(fields=["team", "mode", "day"], name="user_day_by_team")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"


class ApiKeyDay(models.Model):
    """The same for one API key that has a daily limit of its own; `credits` knows no key."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    api_key = models.UUIDField()
    day = models.DateField()
    reserved = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    objects = TeamScoped["ApiKeyDay"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["api_key", "day"], name="api_key_day_once"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="api_key_day_reserved"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="api_key_day_spent"),
        ]

    def __str__(self) -> str:
        return f"{self.api_key} {self.day}"


class Hold(models.Model):
    """Credits promised to one job. Resolved once: settled (charged) or released."""

    account = models.ForeignKey(Account, models.RESTRICT, related_name="holds")
    user = models.ForeignKey(User, models.RESTRICT, related_name="+")
    project = models.ForeignKey(Project, models.RESTRICT, related_name="+", null=True)
    # The generation and the API key it came by; `credits` knows neither.
    reference = models.UUIDField(unique=True)
    api_key = models.UUIDField(null=True)
    day = models.DateField()
    amount = models.PositiveBigIntegerField()
    charged = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(charged__isnull=True) | Q(charged__lte=F("amount")),
                name="hold_charged_within",
            ),
            models.CheckConstraint(
                condition=Q(charged__isnull=True, resolved_at__isnull=True)
                | Q(charged__isnull=False, resolved_at__isnull=False),
                name="hold_resolved_with_charge",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(resolved_at=None), name="hold_open"),
            models.Index(
                fields=["api_key", "day"], condition=Q(api_key__isnull=False), name="hold_by_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.reference}"


class EntryKind(models.TextChoices):
    GRANT = "grant", _("Granted")
    HOLD = "hold", _("Held")
    SETTLE = "settle", _("Charged")
    RELEASE = "release", _("Released")
    ADJUST = "adjust", _("Adjusted")
    LOSS = "loss", _("Paid but not charged")


BY_HAND = (EntryKind.GRANT, EntryKind.ADJUST)


class Entry(models.Model):
    """One movement of one account, with the figures it left behind. Append-only."""

    account = models.ForeignKey(Account, models.RESTRICT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    posted = models.BigIntegerField()
    held = models.BigIntegerField()
    posted_after = models.BigIntegerField()
    held_after = models.BigIntegerField()
    day = models.DateField()
    user = models.ForeignKey(User, models.RESTRICT, related_name="+", null=True)
    project = models.ForeignKey(Project, models.RESTRICT, related_name="+", null=True)
    hold = models.ForeignKey(Hold, models.RESTRICT, related_name="entries", null=True)
    reference = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind")
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="entry_by_account"),
            models.Index(fields=["account", "day"], name="entry_by_day"),
            models.Index(fields=["reference"], name="entry_by_reference"),
            models.Index(fields=["account", "-id"], condition=Q(kind="grant"), name="entry_grants"),
            models.Index(
                fields=["account", "-id"],
                condition=Q(kind__in=["grant", "adjust"]),
                name="entry_by_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.posted}/{self.held}"


class Payment(models.Model):
    """What a grant was paid with: money, an invoice, or both. Append-only like its entry."""

    entry = models.OneToOneField(Entry, models.RESTRICT, primary_key=True, related_name="payment")
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    money = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)  # ISO 4217
    invoice = models.CharField(max_length=60, blank=True)

    objects = TeamScoped["Payment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team", Lower("invoice"), condition=~Q(invoice=""), name="payment_invoice_once"
            ),
            models.CheckConstraint(
                condition=Q(money=None, currency="") | Q(money__gte=0) & ~Q(currency=""),
                name="payment_money_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(money__isnull=False) | ~Q(invoice=""), name="payment_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.invoice or f"{self.money} {self.currency}"
