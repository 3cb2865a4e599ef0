#!/usr/bin/env python
"""Fluxhub's command line. `--data DIR` is read here, before the settings load."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fluxhub.settings")
    take_data_folder(sys.argv)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def take_data_folder(argv: list[str]) -> None:
    """Move `--data DIR` (or `--data=DIR`) from the arguments into FLUXHUB_DATA."""
    for position, argument in enumerate(argv):
        if argument == "--data" and position + 1 < len(argv):
            os.environ["FLUXHUB_DATA"] = argv[position + 1]
            del argv[position : position + 2]
            return
        if argument.startswith("--data="):
            os.environ["FLUXHUB_DATA"] = argument.removeprefix("--data=")
            del argv[position]
            return


if __name__ == "__main__":
    main()
