"""What a cluster runs while it is measured."""

import os
import time
from pathlib import Path

import requests

STAMP = "tests.bench.stamps.stamp"
SUBMIT = "tests.bench.stamps.submit"
PROMPT = "Hills behind Galway at dusk"


def stamp(file: str, number: str) -> None:
    """Notes the moment, and nothing else."""
    line = f"{number} {time.time()}\n"
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())  # one write, so that two workers' lines do not mix
    os.close(descriptor)


def read(file: Path) -> dict[int, float]:
    """When each of them started, in seconds of the clock."""
    lines = file.read_text().split("\n")[:-1] if file.exists() else []
    pairs = (line.split() for line in lines)
    return {int(number): float(moment) for number, moment in pairs}


_session = requests.Session()


def submit(file: str, number: str, url: str) -> None:
    """One submission as a task of its own: asks, waits for the answer, and notes the moment."""
    _session.post(
        url, json={"service": "flux-pro", "prompt": PROMPT}, timeout=30
    ).raise_for_status()
    stamp(file, number)
