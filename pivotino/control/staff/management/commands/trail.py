"""`pivotino manage trail verify [--instance slug]`, `… trail anchor`, and after a change of `SECRET_KEY` `… trail mark`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pivotino.control.staff import anchoring
from pivotino.kit.chains import Broken
from pivotino.tenancy.models import Instance


class Command(BaseCommand):
    """Reads the trails again and names the first wrong place of each, or seals today's anchor."""

    help = "verify the trails of both planes, or anchor them"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify", "anchor", "mark"])
        parser.add_argument("--instance", default="", help="only the trail of this database")

    def handle(self, *args: Any, what: str, instance: str, **options: Any) -> None:
        if what == "anchor":
            self.stdout.write(str(anchoring.anchor()))
            return
        if what == "mark":
            self._mark()
            return
        chosen = list(Instance.objects.living().filter(slug=instance)) if instance else anchoring.readable()
        if instance and not chosen:
            raise CommandError(f"There is no database {instance}.")
        wrong = 0 if instance else self._own()
        for one in chosen:
            wrong += self._said(one.slug, "lines", lambda one=one: anchoring.verify_instance(one))
        if wrong:
            raise CommandError(f"{wrong} of the trails do not read as they were written.")

    def _mark(self) -> None:
        try:
            self.stdout.write(
                f"Marked with the present key: our own trail and those of {anchoring.mark_anew()} databases."
            )
        except Broken as fault:
            raise CommandError(f"Not marked: {fault}") from None

    def _own(self) -> int:
        wrong = self._said("Anchors", "days", anchoring.verify_anchors)
        return wrong + self._said("Our own trail", "deeds", anchoring.verify_own)

    def _said(self, whose: str, what: str, verify: Any) -> int:
        try:
            self.stdout.write(f"{whose}: {verify()} {what}, all as they were written.")
        except Broken as fault:
            self.stdout.write(f"{whose}: {fault}")
            return 1
        return 0
