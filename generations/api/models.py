"""How often each caller called in each minute: in the database, so that all processes agree."""

from django.db import models


class RateWindow(models.Model):
    principal = models.CharField(max_length=60)  # key:<id>, user:<id>, with the kind of call
    minute = models.PositiveBigIntegerField()  # Unix time // 60
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "minute"], name="rate_window_once")
        ]
        indexes = [models.Index(fields=["minute"], name="rate_window_age")]

    def __str__(self) -> str:
        return f"{self.principal} {self.minute}"
