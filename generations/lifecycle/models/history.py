"""What happened, step by step, and what was answered."""

from django.db import models

from generations.lifecycle.models.generation import Generation
from generations.lifecycle.states import Status
from generations.teams.models import Team, TeamScoped


class Transition(models.Model):
    """One step of one generation: its history, and the outbox that the upper floors read."""

    generation = models.ForeignKey(Generation, models.RESTRICT, related_name="transitions")
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    source = models.CharField(max_length=12, blank=True)
    target = models.CharField(max_length=12, choices=Status)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Transition"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["generation", "id"], name="transition_by_generation"),
            models.Index(fields=["at"], name="transition_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class IdempotencyRecord(models.Model):
    """The first answer to a creating call, given again to every repetition of it for 24 hours."""

    scope = models.CharField(max_length=120)  # principal, method and route
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    generation = models.ForeignKey(Generation, models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["expires_at"], name="idempotency_expiry")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
