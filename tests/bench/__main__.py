"""`python -m tests.bench`: every row, each in a process of its own, and one table.

`python -m tests.bench.row_15_open_tabs` measures one alone.
"""

import os
import pkgutil
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import tests.bench
from tests.bench.house import POSTGRESQL
from tests.bench.lines import AS_JSON, Line, left_out, load, table

PATIENCE = 600.0  # seconds for one script on one database


def main() -> int:
    say(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors")
    say(f"load {os.getloadavg()[0]:.2f} (figures of a busy machine are for comparing only)")
    lines: list[Line] = []
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name.startswith("row_"):
            lines += run(module.name)
            lines += run(module.name, POSTGRESQL)
    say(f"\n{table(sorted(lines, key=lambda line: line.row))}")
    return 1 if any(line.is_met is False for line in lines) else 0


def run(name: str, *options: str) -> list[Line]:
    title = " ".join((name, *options))
    if POSTGRESQL in options and not os.environ.get("TEST_DATABASE_URL"):
        return [left_out(title, "TEST_DATABASE_URL names no server")]
    began = time.monotonic()
    command = [sys.executable, "-m", f"tests.bench.{name}", AS_JSON, *options]
    project = Path(__file__).resolve().parents[2]
    script = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True)
    try:
        output, _ = script.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        script.send_signal(signal.SIGINT)  # it ends its hub
        script.communicate()
        return [left_out(title, f"not done in {PATIENCE:.0f} s")]
    say(f"{title}: {time.monotonic() - began:.0f} s")
    if script.returncode:
        return [left_out(title, f"ended with {script.returncode}; its messages are above")]
    return load(output.splitlines()[-1])


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
