#!/usr/bin/env python
"""Django's command line for HAT Market."""

import os
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line


def name_process(arguments: Sequence[str]) -> None:
    """Tell the settings that the database changes its shape, which may take long."""
    if list(arguments[1:2]) == ["migrate"]:
        os.environ["PROCESS"] = "migration"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    name_process(sys.argv)
    execute_from_command_line(sys.argv)
