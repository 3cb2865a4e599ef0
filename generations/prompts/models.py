"""The team's library of prompts, version by version."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from generations.core import ids
from generations.teams.models import Team, TeamScoped, User


class Prompt(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    title = models.CharField(_("Title"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    objects = TeamScoped["Prompt"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "-id"], name="prompt_by_team")]

    def __str__(self) -> str:
        return self.title


class PromptVersion(models.Model):
    """A text with {variables}, and the settings it was saved with. Never edited."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    prompt = models.ForeignKey(Prompt, models.RESTRICT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    settings = models.JSONField(default=dict)
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    use_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="prompt_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="prompt_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    def count_use(self) -> None:
        PromptVersion.objects.filter(pk=self.pk).update(use_count=F("use_count") + 1)
