"""The pictures that came of it."""

from pathlib import PurePosixPath
from typing import Self

from django.db import models
from django.db.models import Q

from generations.core import ids
from generations.lifecycle.models.generation import Generation
from generations.prompts.models import Prompt, Style
from generations.teams.models import Project, Team, TeamScoped, User
from generations.teams.modes import Mode


class Images(TeamScoped["Image"]):
    def seen_by(self, user: User) -> Self:
        """Without the trash, and without what another member keeps private."""
        return self.filter(Q(is_private=False) | Q(author=user), trashed_at=None)


def gallery_index(name: str, *fields: str, is_trash: bool = False) -> models.Index:
    """Newest first, for one way to narrow the gallery."""
    condition = Q(trashed_at__isnull=not is_trash)
    return models.Index(fields=[*fields, "-created_at", "-id"], condition=condition, name=name)


class Image(models.Model):
    """A finished picture. Its files are named by the digest of the original's bytes."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    generation = models.OneToOneField(Generation, models.RESTRICT, related_name="image")
    team = models.ForeignKey(Team, models.RESTRICT, related_name="+")
    author = models.ForeignKey(User, models.RESTRICT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode)
    is_private = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=4)  # of the original: png, jpeg, webp
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()  # of the original, in bytes
    colour = models.CharField(max_length=7)  # the dominant one, #rrggbb
    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True)

    # What the gallery is narrowed by. Facts of the generation that never change, here again so
    # that each filter reads one index in the gallery's own order.
    project = models.ForeignKey(
        Project, models.RESTRICT, related_name="+", null=True, db_index=False
    )
    prompt = models.ForeignKey(Prompt, models.RESTRICT, related_name="+", null=True, db_index=False)
    style = models.ForeignKey(Style, models.RESTRICT, related_name="+", null=True, db_index=False)
    version = models.CharField(max_length=40)
    shape = models.CharField(max_length=5)  # of the nearest preset, such as 4:5

    objects = Images.as_manager()

    class Meta:
        indexes = [
            gallery_index("image_by_team", "team"),
            gallery_index("image_by_author", "team", "author"),
            gallery_index("image_by_version", "team", "version"),
            gallery_index("image_by_shape", "team", "shape"),
            gallery_index("image_by_project", "project"),
            gallery_index("image_by_prompt", "prompt"),
            gallery_index("image_by_style", "style"),
            gallery_index("image_in_trash", "team", is_trash=True),
        ]

    def __str__(self) -> str:
        return f"{self.width}×{self.height} {self.sha256[:8]}"

    def file_name(self, variant: str) -> str:
        """Where the bytes are in the store: `original`, or a display width such as `640`."""
        ending = self.format if variant == "original" else "webp"
        return str(PurePosixPath(self.sha256[:2]) / f"{self.sha256}.{variant}.{ending}")

    @property
    def download_name(self) -> str:
        """What the original is called outside, without anybody's words."""
        ending = "jpg" if self.format == "jpeg" else self.format
        return f"fluxhub-{self.created_at:%Y-%m-%d}-{self.pk.hex[-8:]}.{ending}"
