"""`pivotino manage rehearse_release`: this version, tried on a copy of every database before it touches one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pivotino.control.upgrades import asking
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    help = "Copies every database that is behind, brings the copy to this version, compares, and removes it. Touches no original."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="only these databases")
        parser.add_argument(
            "--missing", action="store_true", help="only those not rehearsed well with this version yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = asking.unrehearsed_instances() if options["missing"] else asking.behind()
        if options["slugs"]:
            wanted = wanted.filter(slug__in=options["slugs"])
        failed = sum(not self._rehearse(instance) for instance in wanted.iterator())
        if failed:
            raise CommandError(f"{failed} databases would not come through. Nothing was changed; see above.")
        self.stdout.write("Every database comes through." if wanted.exists() else "No database is behind this version.")

    def _rehearse(self, instance: Instance) -> bool:
        trial = asking.rehearse(instance, by="rehearse_release")
        well = trial.failed_at is None
        pages = trial.report.get("pages", [])
        counted = f"{trial.report.get('rows', 0):,} rows, {len(pages)} pages"
        self.stdout.write(f"{'well  ' if well else 'FAILED'} {instance.slug:<40} {counted if well else trial.trouble}")
        return well
