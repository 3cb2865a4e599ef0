"""What was asked for, and how it goes. `status` is the truth, moved only by this slice's doors."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from generations.core import ids
from generations.credits.models import Hold
from generations.keys.models import ApiKey, UpstreamKey
from generations.lifecycle.models.series import Series
from generations.lifecycle.states import ACTIVE, FINAL, AttemptState, Failure, Status, Wait
from generations.prompts.models import PromptVersion, Style
from generations.providers.contract import Spec
from generations.teams.models import Project, Team, TeamScoped, User
from generations.teams.modes import Mode


class Batch(models.Model):
    """What one press of Generate (or one API call) asked for: `count` generations of one spec."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode)
    prompt_version = models.ForeignKey(
        PromptVersion, models.RESTRICT, related_name="+", null=True, blank=True
    )
    style = models.ForeignKey(Style, models.RESTRICT, related_name="+", null=True)
    template = models.TextField()
    values = models.JSONField(default=dict)
    count = models.PositiveIntegerField()
    series = models.ForeignKey(Series, models.RESTRICT, related_name="batches", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Batch"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "author", "-id"], name="batch_by_author")]
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="batch_not_empty")]

    def __str__(self) -> str:
        return f"{self.count} × {self.template[:40]}"

    @property
    def words(self) -> str:
        """All that was written, the style's words included: what is worth saving."""
        return self.style.put_after(self.template) if self.style else self.template


class Generations(TeamScoped["Generation"]):
    def seen_by(self, user: User) -> Self:
        """Without those of which another member keeps the picture private."""
        return self.filter(Q(image=None) | Q(image__is_private=False) | Q(author=user))


class Generation(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    batch = models.ForeignKey(Batch, models.RESTRICT, related_name="generations")
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    api_key = models.ForeignKey(ApiKey, models.RESTRICT, related_name="+", null=True)
    project = models.ForeignKey(Project, models.RESTRICT, related_name="+", null=True)
    mode = models.CharField(max_length=10, choices=Mode)
    retry_of = models.ForeignKey("self", models.RESTRICT, related_name="retries", null=True)

    # What was asked for.
    service = models.CharField(max_length=40)
    prompt = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    version = models.CharField(max_length=40)
    quality = models.CharField(max_length=20)
    webhook_url = models.CharField(max_length=2000, blank=True)

    # What it may cost, what is held for it, what it cost.
    likely = models.PositiveBigIntegerField()
    most = models.PositiveBigIntegerField()
    hold = models.ForeignKey(Hold, models.RESTRICT, related_name="+", null=True)
    charged = models.PositiveBigIntegerField(null=True)

    # Where it stands.
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    wait = models.CharField(max_length=12, choices=Wait, blank=True, default=Wait.TURN)
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    message = models.CharField(max_length=300, blank=True)
    is_late = models.BooleanField(default=False)
    upstream_key = models.ForeignKey(UpstreamKey, models.RESTRICT, related_name="+")
    upstream_id = models.CharField(max_length=200, blank=True)
    result_url = models.CharField(max_length=2000, blank=True)
    result_cost = models.BigIntegerField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)  # of the present state: polls, downloads
    crashes = models.PositiveIntegerField(default=0)  # leases that ended without any progress

    # When: `due_at` is the next time to look at it, `lease_until` guards who works on it now,
    # `deadline` ends the present state.
    due_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = Generations.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="generation_mode"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="generation_status"),
            models.CheckConstraint(
                condition=Q(status__in=[Status.QUEUED, Status.CANCELLED, Status.FAILED])
                | Q(hold__isnull=False),
                name="generation_sent_only_when_held",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.COMPLETED) | Q(charged__isnull=False),
                name="generation_completed_is_charged",
            ),
            models.CheckConstraint(condition=Q(most__gte=F("likely")), name="generation_most"),
        ]
        indexes = [
            models.Index(
                fields=["team", "mode", "author", "id"],
                condition=Q(status=Status.QUEUED),
                name="generation_in_line",
            ),
            models.Index(
                fields=["team", "mode", "author"],
                condition=Q(status__in=sorted(ACTIVE)),
                name="generation_running",
            ),
            models.Index(
                fields=["team", "mode", "author", "-claimed_at"], name="generation_last_turn"
            ),
            models.Index(fields=["upstream_key", "status"], name="generation_of_key"),
            models.Index(fields=["status", "due_at"], name="generation_due"),
            models.Index(
                fields=["deadline"],
                condition=Q(status=Status.FAILED, deadline__isnull=False),
                name="generation_late",
            ),
            models.Index(fields=["team", "author", "-id"], name="generation_by_author"),
            models.Index(fields=["team", "-id"], name="generation_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def spec(self) -> Spec:
        return Spec(
            prompt=self.prompt,
            width=self.width,
            height=self.height,
            version=self.version,
            quality=self.quality,
            service=self.service,
        )


class Attempt(models.Model):
    """One submission to an upstream, known outside by its own unguessable callback token."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    generation = models.ForeignKey(Generation, models.RESTRICT, related_name="attempts")
    n = models.PositiveIntegerField()
    token = models.CharField(max_length=48, unique=True, default=ids.token)
    upstream_key = models.ForeignKey(UpstreamKey, models.RESTRICT, related_name="+")
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    sends = models.PositiveIntegerField(default=0)  # the same bytes, after a lost answer
    upstream_id = models.CharField(max_length=200, blank=True)
    http_status = models.PositiveIntegerField(null=True)
    # What the upstream bills in money, where it says so; credits are on the generation.
    billed = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    claimed_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Of the nightly reconciliation: the credits that the upstream says it took in the end.
    stated = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(null=True)
    reconciled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "n"], name="attempt_once"),
            models.UniqueConstraint(
                fields=["upstream_key", "upstream_id"],
                condition=~Q(upstream_id=""),
                name="attempt_upstream_id_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttemptState.values), name="attempt_state"
            ),
        ]
        indexes = [
            models.Index(fields=["upstream_key", "claimed_at"], name="attempt_rate"),
            models.Index(fields=["upstream_key", "sent_at"], name="attempt_by_sending"),
        ]

    def __str__(self) -> str:
        return f"{self.generation_id} #{self.n} {self.state}"

    @property
    def idempotency_key(self) -> str:
        """The same for every send of this attempt, new for the next attempt."""
        return f"{self.generation_id}-{self.n}"

    def sends_so_far(self) -> int:
        """How often these bytes were sent, as the database has it now."""
        return Attempt.objects.values_list("sends", flat=True).get(pk=self.pk)
