"""Queries whose SQL the ORM writes once. For the few that every request of the API makes.

Writing the SQL costs a multiple of running it, and so it was two thirds of such a request.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Blank(Expression):
    """Stands in a query for a value of this field, which is known when it runs."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Written(Generic[M]):
    """The SQL of one query, and what makes instances of its rows, as Django's own iterable does."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        compiler = queryset.query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        self.sql, self.parameters = compiler.as_sql()
        select, related = compiler.select, compiler.klass_info
        self.model = queryset.model
        self.own = slice(related["select_fields"][0], related["select_fields"][-1] + 1)
        self.names = [column[0].target.attname for column in select[self.own]]
        self.populators = get_related_populators(  # the stubs are of a later Django
            related,
            select,
            DEFAULT_DB_ALIAS,  # type: ignore[call-arg]
        )
        self.converters = compiler.get_converters([column[0] for column in select]).items()

    def run(self, values: dict[str, Any]) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        parameters = [
            each.output_field.get_db_prep_value(values[each.name], connection)
            if isinstance(each, Blank)
            else each
            for each in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return [self._instance(list(row), connection) for row in cursor.fetchall()]

    def _instance(self, row: list[Any], connection: Any) -> M:
        for position, (converters, expression) in self.converters:
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        instance = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.own])
        for populator in self.populators:
            populator.populate(row, instance)
        return instance


class Prepared(Generic[M]):
    """`make()` builds the query, with a Blank for each value that differs; once, when first used.

    What it holds besides is the same in every run: no moment of this process' clock, no team.
    """

    def __init__(self, make: Callable[[], QuerySet[M]]) -> None:
        self._make = make

    @cached_property
    def _written(self) -> Written[M]:
        return Written(self._make())

    def all(self, **values: Any) -> list[M]:
        """What the query finds with these values in its blanks, by name."""
        return self._written.run(values)

    def first(self, **values: Any) -> M | None:
        return next(iter(self.all(**values)), None)
