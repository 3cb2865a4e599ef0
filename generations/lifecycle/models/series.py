"""Many batches that were asked for at once: what people know as a batch of many rows."""

from django.db import models
from django.db.models import Q

from generations.core import ids
from generations.prompts.models import PromptVersion, Style
from generations.teams.models import Project, Team, TeamScoped, User
from generations.teams.modes import Mode


class Series(models.Model):
    """One prompt, filled in `rows` times: each row is a Batch of `count` generations."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode)
    name = models.CharField(max_length=120)
    prompt_version = models.ForeignKey(
        PromptVersion, models.RESTRICT, related_name="+", null=True, blank=True
    )
    style = models.ForeignKey(Style, models.RESTRICT, related_name="+", null=True)
    project = models.ForeignKey(Project, models.RESTRICT, related_name="+", null=True)
    template = models.TextField()
    rows = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    # Of the form that asked for it and all that it said: one that is sent twice is one series.
    fingerprint = models.CharField(max_length=64)
    paused_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Series"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-id"], name="series_by_team")]
        constraints = [
            models.UniqueConstraint(fields=["author", "team", "fingerprint"], name="series_once"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="series_mode"),
            models.CheckConstraint(condition=Q(rows__gte=1, count__gte=1), name="series_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
