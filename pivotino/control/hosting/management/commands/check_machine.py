"""`pivotino check`: whether this machine is fit; exits with 1 where something will not do."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from pivotino.control.hosting.checks import findings

MARKS = {"good": "good ", "so-so": "so-so", "bad": "BAD  "}


class Command(BaseCommand):
    """Storage, databases, mail and time, one line each."""

    help = "check storage, databases, mail and time of this machine"

    def handle(self, *args: Any, **options: Any) -> None:
        found = findings()
        for one in found:
            self.stdout.write(f"{MARKS[one.state]}  {one.about}: {one.says}")
        if any(one.is_bad for one in found):
            sys.exit(1)
