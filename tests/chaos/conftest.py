"""A hub of real processes for the tests of one file."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.chaos.house import House, standing


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    with django_db_blocker.unblock(), standing(tmp_path_factory.mktemp("house")) as house:
        yield house
