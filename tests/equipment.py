"""What some tests need beyond Python: found, or left out with a word in the header.

With CI=true everything must be there, but for the vendor's page, and PostgreSQL, for which the
suite runs a second time.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

VENDORS_PAGE = (
    Path(__file__).resolve().parent.parent.parent / "shared" / "seed" / "flux-pro-api.ga.txt"
)


def has_postgres() -> bool:
    return os.environ.get("TEST_DATABASE_URL", "").startswith("postgres")


EQUIPMENT: dict[str, Callable[[], object]] = {
    "postgres": has_postgres,
    "browser": lambda: shutil.which("chromium"),
    "curl": lambda: shutil.which("curl"),
    "gettext": lambda: shutil.which("xgettext"),
    "node": lambda: shutil.which("node"),
    "vendors_page": VENDORS_PAGE.exists,
}
OPTIONAL_IN_CI = {"postgres", "vendors_page"}


def missing() -> set[str]:
    return {name for name, is_there in EQUIPMENT.items() if not is_there()}


def pytest_configure() -> None:
    absent = missing() - OPTIONAL_IN_CI
    if absent and os.environ.get("CI") == "true":
        raise pytest.UsageError(f"Not found, and CI needs it: {', '.join(sorted(absent))}.")


def pytest_report_header() -> str:
    absent = ", ".join(sorted(missing()))
    return f"left out for want of: {absent}" if absent else "everything the tests need was found"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    absent = missing()
    out = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]
