"""Who leads, and who is alive: rows, because SQLite has no advisory locks."""

from django.db import models


class Lease(models.Model):
    """The right to do one thing alone (lead the sweep) until a moment of the database's clock."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=100)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} held by {self.holder}"


class Heartbeat(models.Model):
    """When a worker process last proved that it turns tasks over."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
