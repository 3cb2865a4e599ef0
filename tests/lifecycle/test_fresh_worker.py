"""The first picture of a process, as each of the queue's workers meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lifecycle import hostile


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_worker_that_never_opened_a_picture_before_takes_one(
    file_format: str, tmp_path: Path
) -> None:
    """A process of its own, as the queue's are: nothing of Pillow was loaded by somebody else."""
    file = tmp_path / "picture"
    file.write_bytes(hostile.picture(file_format=file_format))
    program = (
        "import sys, tests.environment, django; django.setup()\n"
        "from generations.lifecycle.pictures import take\n"
        "print(take(open(sys.argv[1], 'rb').read()).format)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fluxhub.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == file_format.lower()
