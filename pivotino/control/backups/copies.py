"""What the certificate of an erasure says of backups: which there are, when they go, and when they really went."""

from uuid import UUID

from django.utils import timezone

from pivotino.control.backups import ourselves
from pivotino.control.backups.models import Backup, KeptFile
from pivotino.control.backups.rotation import rotation
from pivotino.control.erasures.hooks import Copy, forgets, keeps_copies
from pivotino.tenancy.models import Instance


@forgets("Lines taken out of the ledger", order=1)
def note_in_the_ledger(instance: Instance) -> int:
    """Nothing is removed here: that it is erased is written down outside of our books, should an older state of them come back."""
    ourselves.write_ledger()
    return 0


@keeps_copies
def copies(instance_id: UUID | None) -> list[Copy]:
    """The inventory of one instance, or of our own books."""
    if instance_id is None:
        return ourselves.copies()
    made = Backup.objects.filter(instance_id=instance_id, made_at__isnull=False)
    found = [
        Copy(taken_at=backup.taken_at, until=backup.expires_at, removed_at=backup.removed_at)
        for backup in made
        if backup.taken_at and backup.expires_at
    ]
    return found + [
        Copy(
            taken_at=row.kept_at, until=(row.gone_at or timezone.now()) + rotation().longest, removed_at=row.removed_at
        )
        for row in KeptFile.objects.filter(instance_id=instance_id)
    ]
