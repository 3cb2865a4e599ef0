"""`manage.py worker`: everything that happens without a request."""

from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Runs the task queue and the sweep until stopped."
    requires_system_checks = ()  # they would load every page of the hub

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Used by the supervisor for its child: the file descriptor that takes the pulse.
        parser.add_argument("--cluster", type=int, default=None, help=SUPPRESS)

    def handle(self, *args: Any, cluster: int | None, **options: Any) -> None:
        if cluster is None:
            from generations.core.queue.supervisor import supervise

            supervise()
        else:
            from generations.core.queue.cluster import run

            run(cluster)
