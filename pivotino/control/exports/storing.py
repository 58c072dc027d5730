"""Where sealed files lie: `VAR_DIR/exports/<instance>/<id>.sealed`. A path is made of ids only."""

import errno
import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pivotino.kit.ids import uuid7

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_SPACE = (
    "There is no room left on the server, so nothing was kept. Your data is as it was. Tell support, then try again."
)


def folder_of(instance_id: UUID) -> Path:
    return Path(settings.VAR_DIR) / "exports" / UUID(str(instance_id)).hex


def path_of(instance_id: UUID, id: UUID) -> Path:
    """The whole file of one export or arrival."""
    return folder_of(instance_id) / f"{UUID(str(id)).hex}.sealed"


def draft_of(path: Path) -> Path:
    """A name beside it for a file that is still being written."""
    return path.with_suffix(f".{uuid7().hex}.draft")


def drop(path: Path) -> None:
    """Remove a file and whatever dead workers left of it."""
    for found in (path, *path.parent.glob(f"{path.stem}.*.draft")):
        found.unlink(missing_ok=True)


def drop_drafts(path: Path) -> None:
    for found in path.parent.glob(f"{path.stem}.*.draft"):
        found.unlink(missing_ok=True)


def drop_all(instance_id: UUID) -> None:
    """Remove every file of one instance."""
    shutil.rmtree(folder_of(instance_id), ignore_errors=True)
