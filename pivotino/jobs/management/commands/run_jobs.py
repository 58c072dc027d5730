"""`manage.py run_jobs`: a worker."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pivotino.jobs import upkeep
from pivotino.jobs.worker import Worker


class Command(BaseCommand):
    help = "Works: letters, imports, nightly rules and all that happens later. Start as many as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do one job if one is due, then end")
        parser.add_argument("--drain", action="store_true", help="end when nothing is due any more")
        parser.add_argument("--queue", action="append", default=[], help="only this queue; may be given several times")
        parser.add_argument(
            "--lease", type=float, default=60.0, help="after how many silent seconds a worker counts as dead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(queues=options["queue"], lease=timedelta(seconds=options["lease"]))
        worker.stop_on_signals()
        if options["once"]:
            worker.step()
            return
        if not options["drain"]:
            upkeep.sweep.later(key="sweep")
        worker.run(drain=options["drain"])
