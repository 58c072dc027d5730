"""`pivotino manage backups`: what there is, one more, and opening one by hand."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pivotino.control.backups import making, ourselves, sealing, storing
from pivotino.control.backups.models import Backup
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    help = "Lists backups, makes one now, or opens a sealed file by hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", default="", help="the backups of this database; without it, our own")
        parser.add_argument("--now", action="store_true", help="make one now")
        parser.add_argument("--open", metavar="FILE", help="a sealed file: a path, or its name in the storage")
        parser.add_argument("--into", type=Path, metavar="FILE", help="with --open: where the open text goes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["open"]:
            self._open(options["open"], options["into"])
        elif not options["slug"]:
            self._ours(now=options["now"])
        else:
            self._of(Instance.objects.filter(slug=options["slug"]).first(), now=options["now"])

    def _of(self, instance: Instance | None, *, now: bool) -> None:
        if instance is None:
            raise CommandError("There is no such database.")
        if now:
            making.make(making.ask_for(instance))
        for backup in Backup.objects.stored().filter(instance=instance):
            state = "broken" if backup.broken_at else ("checked" if backup.checked_at else "")
            told = f"{backup.taken_at:%Y-%m-%d %H:%M}  {backup.kind:<7} until {backup.expires_at:%Y-%m-%d}"
            self.stdout.write(f"{told}  {backup.row_count:>10,} rows  {backup.storage_name}  {state}")

    def _ours(self, *, now: bool) -> None:
        if now:
            ourselves.make()
            ourselves.write_ledger()
        for name in ourselves.names():
            self.stdout.write(name)

    def _open(self, name: str, into: Path | None) -> None:
        if into is None or into.exists():
            raise CommandError("Say with --into where the open text goes: a file that is not there yet.")
        try:
            id: UUID = ourselves.id_in(name)
        except ValueError as error:
            raise CommandError("The name of a sealed file ends in its id. Do not rename it.") from error
        found = open(name, "rb") if Path(name).exists() else storing.store().open(name, "rb")  # noqa: SIM115
        with found as handle:
            try:
                size, digest = sealing.unseal(handle, into, id=id)
            except (sealing.Broken, sealing.NoKey) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{into}: {size:,} bytes, SHA-256 {digest}")
