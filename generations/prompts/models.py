"""The team's library: prompts, version by version, and styles."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from generations.core import ids
from generations.teams.models import Team, TeamScoped, User


class Prompt(models.Model):
    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    title = models.CharField(_("Title"), max_length=120)
    forked_from = models.ForeignKey("PromptVersion", models.RESTRICT, related_name="+", null=True)
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
    note = models.CharField(max_length=120, blank=True)  # what changed, in its author's words
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


class Style(models.Model):
    """A look of the team's own: words that are put after a prompt."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    name = models.CharField(_("Name"), max_length=40)
    words = models.CharField(_("Words"), max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    objects = TeamScoped["Style"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team",
                Lower("name"),
                condition=Q(archived_at=None),
                name="style_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def put_after(self, prompt: str) -> str:
        """The prompt as it is sent: the person's words, then the style's."""
        return f"{prompt.rstrip(' ,.;')}, {self.words}"
