"""What the page about backups shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pivotino.control.backups.models import Backup, Rehearsal, Restore
from pivotino.control.backups.rotation import rotation
from pivotino.tenancy.models import Instance

ASKED_A_DAY = 3


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """All that is known of the backups of one database."""

    there: Sequence[Backup]
    waiting: Backup | None
    late: bool
    restore: Restore | None
    restores: Sequence[Restore]
    rehearsal: Rehearsal | None
    days: dict[str, int]
    longest: int

    @property
    def newest(self) -> Backup | None:
        return next((backup for backup in self.there if backup.is_sound), None)


def inventory(instance: Instance) -> Inventory:
    """What exists, until when, what was practised, and what is being done right now."""
    mine, restores = Backup.objects.filter(instance=instance), Restore.objects.filter(instance=instance)
    there = list(mine.stored().order_by("-taken_at"))
    return Inventory(
        there=there, waiting=mine.under_way().filter(night__isnull=True).exclude(kind=Backup.Kind.BEFORE).first(),
        late=_is_late(instance, there), restore=restores.unfinished().first(),
        restores=list(restores.exclude(done_at=None, failed_at=None).select_related("backup", "kept")[:5]),
        rehearsal=Rehearsal.objects.filter(instance=instance, done_at__isnull=False).first(),
        days=rotation().days, longest=rotation().longest.days,
    )  # fmt: skip


def may_ask(instance: Instance) -> bool:
    """Whether one more backup may be asked for today."""
    since = timezone.now() - timedelta(days=1)
    return Backup.objects.filter(instance=instance, kind=Backup.Kind.ASKED, asked_at__gt=since).count() < ASKED_A_DAY


def oldest_kept() -> datetime | None:
    """The oldest copy of anybody's data that is really stored now; the promise about backups is measured by it."""
    return Backup.objects.stored().order_by("taken_at").values_list("taken_at", flat=True).first()


def _is_late(instance: Instance, there: Sequence[Backup]) -> bool:
    """Whether a night went by without a backup."""
    known_since = there[0].taken_at if there else instance.ready_at
    return known_since is not None and known_since < timezone.now() - timedelta(hours=36)
