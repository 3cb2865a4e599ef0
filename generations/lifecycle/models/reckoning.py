"""What the upstream says it billed, compared with what was charged: one row for each difference."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from generations.keys.models import UpstreamKey
from generations.lifecycle.models.generation import Attempt
from generations.teams.models import Team, TeamScoped


class Balance(models.Model):
    """What an upstream said was left on a shared key, soon after a day of the team ended."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    upstream_key = models.ForeignKey(UpstreamKey, models.RESTRICT, related_name="+")
    day = models.DateField()
    credits = models.BigIntegerField()
    # The most that jobs may cost of which it is open whether the figure has them already.
    under_way = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    objects = TeamScoped["Balance"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upstream_key", "day"], name="balance_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.credits} on {self.day}"


class Reconciliation(models.Model):
    """One shared key and one day of the team that is over: every attempt of it is asked about."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    upstream_key = models.ForeignKey(UpstreamKey, models.RESTRICT, related_name="+")
    day = models.DateField()
    # From where the row before ended: a change of the team's zone leaves no attempt out.
    since = models.DateTimeField()
    until = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # Attempts: answered about; accepted, but the upstream could not be asked; never identified.
    asked = models.PositiveIntegerField(default=0)
    unasked = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    objects = TeamScoped["Reconciliation"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upstream_key", "day"], name="reconciliation_once"),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="reconciliation_has_time"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, due_at__isnull=False)
                | Q(done_at__isnull=False, due_at__isnull=True),
                name="reconciliation_due_or_done",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="reconciliation_due"),
            models.Index(fields=["team", "day"], name="reconciliation_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_key_id} {self.day}"


class DifferenceKind(models.TextChoices):
    UNANSWERED = "unanswered", _("Billed, though we were never told")
    LATE = "late", _("Came late, so nothing was charged")
    UNDELIVERED = "undelivered", _("Finished upstream, never delivered")
    MORE = "more", _("Billed more than was charged")
    LESS = "less", _("Billed less than was charged")
    FAILED = "failed", _("Charged, though the upstream says it failed")
    UNKNOWN = "unknown", _("Charged, but unknown to the upstream")
    BALANCE = "balance", _("The balance fell by more than the jobs explain")


class Difference(models.Model):
    """Where the upstream's bill is not what was charged, in credits. Append-only.

    `unexplained` is what is billed and neither charged nor booked as a loss; below 0 it is what
    was charged and not billed.
    """

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    reconciliation = models.ForeignKey(Reconciliation, models.RESTRICT, related_name="differences")
    attempt = models.OneToOneField(Attempt, models.RESTRICT, related_name="+", null=True)
    kind = models.CharField(max_length=12, choices=DifferenceKind)
    billed = models.BigIntegerField()
    charged = models.PositiveBigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    unexplained = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Difference"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DifferenceKind.values), name="difference_kind"
            ),
            models.CheckConstraint(
                condition=Q(unexplained=F("billed") - F("charged") - F("lost")),
                name="difference_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(kind=DifferenceKind.BALANCE, attempt__isnull=True)
                | ~Q(kind=DifferenceKind.BALANCE) & Q(attempt__isnull=False),
                name="difference_of_a_job_or_the_balance",
            ),
            models.UniqueConstraint(
                fields=["reconciliation"],
                condition=Q(kind=DifferenceKind.BALANCE),
                name="difference_of_balance_once",
            ),
        ]
        indexes = [models.Index(fields=["team", "-id"], name="difference_by_team")]

    def __str__(self) -> str:
        return f"{self.kind} {self.unexplained}"
