"""For load balancers and people at night: is it alive, is it ready, and if not, what is missing."""

from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generations.core.queue import heartbeat

QUEUE_SILENCE = 60.0  # seconds; beats are sent every 2 but wait their turn in a full queue

_is_migrated = False


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests will succeed and jobs will run: 200, or 503 with what is not well."""
    findings = {"database": "unreachable", "migrations": "unknown", "queue": "unknown"}
    with suppress(Error):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        findings["database"] = "ok"
        findings["migrations"] = "ok" if is_migrated() else "pending"
        if is_migrated():
            findings["queue"] = "ok" if heartbeat.is_fresh(QUEUE_SILENCE) else "silent"
    is_ready = set(findings.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, **findings}, status=200 if is_ready else 503)


def is_migrated() -> bool:
    """Once true it stays true for this process: it would be started again with new migrations."""
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated
