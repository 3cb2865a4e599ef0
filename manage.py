#!/usr/bin/env python
"""Fluxhub's command line."""

import os
import sys
from pathlib import Path

from fluxhub import environment
from generations.core import processes


def main() -> None:
    processes.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fluxhub.settings")
    # `--data DIR` and the first `.env`, before the settings load.
    environment.prepare(sys.argv, Path(__file__).resolve().parent)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
