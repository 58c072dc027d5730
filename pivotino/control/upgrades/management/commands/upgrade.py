"""`pivotino manage upgrade`: bring one database, some, or all to this version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pivotino.control.upgrades import asking, bringing
from pivotino.jobs.refusals import Retry
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    help = "Brings databases to this version, each on a copy that is compared before the address leads to it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="these databases")
        parser.add_argument("--all", action="store_true", help="every database that is behind, once all were rehearsed")
        parser.add_argument("--most", type=int, default=0, help="with --all: at most so many, the first cohort")
        parser.add_argument("--unrehearsed", action="store_true", help="with --all: although some were not rehearsed")
        parser.add_argument("--by", required=True, help="who does it")
        parser.add_argument("--why", required=True, help="why, or the ticket")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["slugs"]) is options["all"]:
            raise CommandError("Name databases, or say --all.")
        missing = asking.unrehearsed_instances().count()
        if options["all"] and missing and not options["unrehearsed"]:
            raise CommandError(f"{missing} databases were not rehearsed with this version. Run rehearse_release first.")
        wanted = asking.behind() if options["all"] else asking.behind().filter(slug__in=options["slugs"])
        chosen = list(wanted[: options["most"]] if options["most"] else wanted)
        failed = sum(not self._bring(instance, options["by"], options["why"]) for instance in chosen)
        if failed:
            raise CommandError(f"{failed} of {len(chosen)} stay on their version. See above.")

    def _bring(self, instance: Instance, by: str, why: str) -> bool:
        try:
            upgrade = asking.bring(instance, by=by, why=why)
            bringing.go_on(upgrade)
        except (asking.NotNow, Retry) as error:
            self.stdout.write(f"later  {instance.slug:<40} {error}")
            return False
        well = upgrade.opened_at is not None
        self.stdout.write(f"{'well  ' if well else 'BACK  '} {instance.slug:<40} {upgrade.trouble}")
        return well
