"""`pivotino manage replay_erasures`: after an older control database was put back, find every database, and erase again what was erased since."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pivotino.control.backups import ourselves
from pivotino.control.erasures import jobs, replaying
from pivotino.control.erasures.models import Erasure
from pivotino.tenancy import provision
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    help = "Finds databases that went elsewhere since, reads the ledger of erasures that lies beside the backups, and erases again. Run it before anybody may sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fresh = ourselves.read_ledger()
        except FileNotFoundError as error:
            raise CommandError(
                f"There is no {ourselves.LEDGER} beside the backups. Without it nobody can know who was erased since: let nobody in."
            ) from error
        people = replaying.replay_people()
        for erasure in Erasure.objects.of_instances().unfinished():
            if erasure.instance_id:
                mine = Instance.objects.filter(pk=erasure.instance_id, erased_at__isnull=True)
                mine.update(erased_at=erasure.asked_at)
            jobs.put_in_line(erasure)
        for sentence in ourselves.find_databases():
            self.stdout.write(sentence)
        again = 0
        for instance in Instance.objects.living():
            if provision.exists(instance.place):
                again += replaying.replay(instance, instance.place.writable)
        self.stdout.write(
            f"{fresh} erasures were not in our books; {again} records and {people} people were erased again. Start a worker now."
        )
