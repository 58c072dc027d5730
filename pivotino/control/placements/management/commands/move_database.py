"""`pivotino manage move_database`: one or more databases to another bucket."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pivotino.control.placements import moving
from pivotino.jobs.refusals import Retry
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    help = "Moves databases to another bucket. They can be read meanwhile; nothing is lost, and a failure leaves them where they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="+")
        parser.add_argument("--to", required=True, help="the bucket's name")
        parser.add_argument("--by", required=True, help="who does it")
        parser.add_argument("--why", required=True, help="why, or the ticket")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for slug in options["slugs"]:
            try:
                instance = Instance.objects.living().get(slug=slug)
                move = moving.move(instance, to=options["to"], by=options["by"], why=options["why"])
                moving.go_on(move)
            except Instance.DoesNotExist:
                said = "There is no such database."
            except (moving.CannotMove, Retry) as error:
                said = str(error)
            else:
                said = move.trouble
            failed += bool(said)
            self.stdout.write(f"{'BACK ' if said else 'well '} {slug:<40} {said}")
        if failed:
            raise CommandError(f"{failed} databases are where they were. See above.")
