"""A short drill: the hub is killed and crashed for half a minute and keeps every promise."""

import os
import subprocess
import sys

import pytest

from tests.processes import PROJECT


@pytest.mark.chaos
def test_a_hub_that_is_killed_keeps_every_promise() -> None:
    command = [sys.executable, "-m", "tests.chaos.run", "--profile", "smoke", "--seed", "7"]
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
