"""`pivotino manage restore_database`: put one database back to the newest backup before a moment."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pivotino.control.backups import restoring
from pivotino.control.backups.jobs import put_restore_in_line
from pivotino.control.backups.models import Backup
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    help = (
        "Puts a database back to its newest sound backup before a moment. A worker does it; the present state is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--before", help="2026-11-23T08:30, in UTC; now without it")
        parser.add_argument("--by", required=True, help="who asks for it")
        parser.add_argument("--why", required=True, help="why, or the ticket; it stands in the letter to the owners")

    def handle(self, *args: Any, **options: Any) -> None:
        instance = Instance.objects.living().filter(slug=options["slug"]).first()
        if instance is None:
            raise CommandError("There is no such database.")
        moment = timezone.now()
        if options["before"]:
            moment = datetime.fromisoformat(options["before"]).replace(tzinfo=UTC)
        backup = Backup.objects.before(moment).filter(instance=instance).first()
        if backup is None:
            raise CommandError(f"There is no backup from before {moment:%Y-%m-%d %H:%M} UTC.")
        try:
            put_restore_in_line(restoring.ask(instance, backup, by=options["by"], why=options["why"]))
        except restoring.NotNow as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{instance.slug} goes back to {backup.taken_at:%Y-%m-%d %H:%M} UTC. A worker does it now.")
