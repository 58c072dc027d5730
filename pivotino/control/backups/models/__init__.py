"""Backups, restores and rehearsals."""

from pivotino.control.backups.models.backup import Backup
from pivotino.control.backups.models.kept_file import KeptFile
from pivotino.control.backups.models.rehearsal import Rehearsal
from pivotino.control.backups.models.restore import Restore, RestoreStep

__all__ = ["Backup", "KeptFile", "Rehearsal", "Restore", "RestoreStep"]
