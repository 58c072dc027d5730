"""`pivotino manage take_in FILE --into acme --owner anna@acme.example`: a file too large for the form, put in by hand."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pivotino.control.accounts.models import Seat
from pivotino.control.exports import arriving
from pivotino.control.exports.queries import counted
from pivotino.tenancy.packing import Refused

PIECE = 1 << 20


class Command(BaseCommand):
    help = "Fills an empty database from the file of an export. Its Business Owner is the one who asked for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--into", required=True, metavar="SLUG", help="the address of the empty database")
        parser.add_argument("--owner", required=True, metavar="MAIL", help="its Business Owner")

    def handle(self, *args: Any, file: Path, into: str, owner: str, **options: Any) -> None:
        seats = Seat.objects.select_related("instance")
        seat = seats.filter(instance__slug=into, account__email=owner.lower(), owner=True).first()
        if seat is None:
            raise CommandError(f"{owner} is not a Business Owner of {into}.")
        if why_not := arriving.why_not(seat.instance):
            raise CommandError(why_not)
        try:
            with open(file, "rb") as source:
                arrival = arriving.bring(seat.instance, seat.account_id, iter(lambda: source.read(PIECE), b""))
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        arrival.note(applying_at=timezone.now())
        arriving.apply(arrival)
        if arrival.problem:
            raise CommandError(arrival.problem)
        self.stdout.write(", ".join(f"{sort.count:,} {sort.name}" for sort in counted(arrival.counts)))
