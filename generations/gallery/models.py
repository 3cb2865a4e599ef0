"""What people do with pictures."""

from django.db import models

from generations.lifecycle.models import Image
from generations.teams.models import Team, TeamScoped, User


class Star(models.Model):
    """A favourite of one person. Others learn only how many a picture has."""

    team = models.ForeignKey(Team, models.RESTRICT, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.RESTRICT, related_name="+", db_index=False)
    image = models.ForeignKey(Image, models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamScoped["Star"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "image"], name="star_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ★ {self.image_id}"
