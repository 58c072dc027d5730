"""Backups, restores, rehearsals and their troubles."""

from pivotino.control.backups.models.backup import Backup
from pivotino.control.backups.models.rehearsal import Rehearsal
from pivotino.control.backups.models.restore import Restore, RestoreStep
from pivotino.control.backups.models.trouble import Trouble

__all__ = ["Backup", "Rehearsal", "Restore", "RestoreStep", "Trouble"]
