"""What the certificate of an erasure says of backups: which there are, when they go, and when they really went."""

from uuid import UUID

from pivotino.control.backups.models import Backup
from pivotino.control.erasures.hooks import Copy, keeps_copies


@keeps_copies
def copies(instance_id: UUID) -> list[Copy]:
    """The inventory of one instance."""
    made = Backup.objects.filter(instance_id=instance_id, made_at__isnull=False)
    return [
        Copy(taken_at=backup.taken_at, until=backup.expires_at, removed_at=backup.removed_at)
        for backup in made
        if backup.taken_at and backup.expires_at
    ]
