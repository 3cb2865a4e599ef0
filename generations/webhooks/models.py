"""What came in and what went out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generations.core import ids
from generations.lifecycle.models import Attempt, Generation, Transition
from generations.teams.models import Team, TeamScoped


class Receipt(models.Model):
    """One verified webhook of an upstream, kept once however often it comes."""

    digest = models.CharField(max_length=64, unique=True)  # sha256(token ‖ body)
    attempt = models.ForeignKey(Attempt, models.RESTRICT, related_name="+")
    body = models.BinaryField()
    received_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(applied_at=None), name="receipt_unapplied"
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.verdict}"


class DeliveryState(models.TextChoices):
    DUE = "due", _("Due")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Gave up")
    BLOCKED = "blocked", _("Address not allowed")


class Delivery(models.Model):
    """One notice to a caller's `webhookUrl`: the same bytes and id over all tries."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    generation = models.ForeignKey(Generation, models.RESTRICT, related_name="+")
    transition = models.ForeignKey(Transition, models.RESTRICT, related_name="+")
    url = models.CharField(max_length=2000)
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.DUE)
    tries = models.PositiveIntegerField(default=0)
    http_status = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True)

    objects = TeamScoped["Delivery"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transition", "url"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=DeliveryState.DUE), name="delivery_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.url} {self.state}"
