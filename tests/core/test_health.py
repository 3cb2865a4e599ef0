"""What load balancers are told."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from generations.core import health
from generations.core.clock import after
from generations.core.queue.heartbeat import beat
from generations.core.queue.models import Heartbeat


def test_a_living_process_says_so_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # pytest-django would refuse the database here
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready_when_the_queue_beats(client: Client) -> None:
    beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "migrations": "ok", "queue": "ok"}


@pytest.mark.django_db
def test_it_is_not_ready_without_a_queue(client: Client) -> None:
    assert client.get("/readyz").json()["queue"] == "silent"
    beat()
    Heartbeat.objects.update(at=after(-2 * health.QUEUE_SILENCE))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["queue"]) == (503, "silent")


@pytest.mark.django_db
def test_it_is_not_ready_before_its_migrations(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_is_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'django_q'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")


def test_it_is_not_ready_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
