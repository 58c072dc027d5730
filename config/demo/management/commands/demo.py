"""Fills two believable companies at three moments, through the verbs people use."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo import desk
from config.demo.making import ALL, DESK, PASSWORD, make, make_desk, unmake


class Command(BaseCommand):
    help = "Makes six demo instances: two companies on their first day, in a busy month, at the end of a quarter; and our own helpdesk. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="remove the demo instances first and make them anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo has a password everybody knows. It runs in development only (PIVOTINO_DEBUG=1)."
            )
        for demo in ALL:
            if options["again"]:
                unmake(demo)
            made = make(demo)
            self.stdout.write(
                f"{'made' if made else 'there'}  {settings.BASE_URL}/@{demo.slug}/  {demo.house.name}, {demo.moment.name}"
            )
        if options["again"]:
            desk.unmake()
        self.stdout.write(f"{'made' if make_desk(DESK) else 'there'}  {settings.BASE_URL}/staff/  our own helpdesk")
        people = [demo.house.email(demo.house.people[0]) for demo in ALL[::3]]
        self.stdout.write(f"\nSign in as {' or '.join(people)} with {PASSWORD}")
        self.stdout.write(f"As staff: {desk.US[0][0]}, same password and a passkey of yours (docs/develop.md)")
