"""What Django and the database cost at least: a bare view, no middleware, and one statement.

The statement takes from a wallet and writes a job and an entry, one row each, in tables without
any index but the key. SQLite, which has no statement that writes into several tables, needs three.
"""

import json
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.test.utils import override_settings
from django.urls import path

TABLES = (
    "CREATE TABLE bench_wallet (id integer PRIMARY KEY, held bigint)",
    "CREATE TABLE bench_job (id {number}, prompt text, amount bigint)",
    "CREATE TABLE bench_entry (id {number}, amount bigint, held_after bigint)",
    "INSERT INTO bench_wallet VALUES (1, 0)",
)
NUMBER = {
    "postgresql": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "sqlite": "integer PRIMARY KEY AUTOINCREMENT",
}
TOGETHER = """
    WITH wallet AS (UPDATE bench_wallet SET held = held + %s WHERE id = 1 RETURNING held),
    job AS (INSERT INTO bench_job (prompt, amount) SELECT %s, %s FROM wallet RETURNING id)
    INSERT INTO bench_entry (amount, held_after) SELECT %s, held FROM wallet, job
"""
ONE_BY_ONE = (
    ("BEGIN IMMEDIATE", ()),
    ("UPDATE bench_wallet SET held = held + ? WHERE id = 1", (20,)),
    ("INSERT INTO bench_job (prompt, amount) VALUES (?, ?)", ("A hill in the rain", 20)),
    ("INSERT INTO bench_entry (amount, held_after) SELECT ?, held FROM bench_wallet", (20,)),
    ("COMMIT", ()),
)


def prepare() -> None:
    with connection.cursor() as cursor:
        for statement in TABLES:
            cursor.execute(statement.format(number=NUMBER[connection.vendor]))


def accept(request: HttpRequest) -> JsonResponse:
    """By the driver itself: what Django adds to a statement is not of the limit."""
    json.loads(request.body)
    database: Any = connection.connection
    if connection.vendor == "postgresql":
        database.execute(TOGETHER, (20, "A hill in the rain", 20, 20))
    else:
        for statement, values in ONE_BY_ONE:
            database.execute(statement, values)
    return JsonResponse({"status": "processing"})


urlpatterns = [path("v1/text_to_image", accept)]


class Request(WSGIRequest):
    urlconf = __name__


class Handler(WSGIHandler):
    request_class = Request


def handler() -> Handler:
    with override_settings(MIDDLEWARE=[]):
        return Handler()
