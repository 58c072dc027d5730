"""A folder of one's own for work on a copy: the open text of a customer's database never lies anywhere else."""

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

# A disk with less than this left is called full, so that others still can work.
LEFT_FREE = 64 * 1024 * 1024
OLD_SECONDS = 24 * 60 * 60


class DiskFull(OSError):
    """There is no room for the work. Nothing was begun, and what was kept before is untouched."""

    def __init__(self, says: str = "The disk is full.") -> None:
        super().__init__(errno.ENOSPC, says)


@contextmanager
def workplace(name: UUID) -> Iterator[Path]:
    """An empty folder that is gone afterwards, whatever happened. What a dead worker left in it is removed first."""
    clear(name)
    folder = home() / name.hex
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        clear(name)


def clear(name: UUID) -> None:
    """Remove what a dead worker left of this work."""
    shutil.rmtree(home() / name.hex, ignore_errors=True)


def needs(size: int) -> None:
    """Raise DiskFull unless this many bytes fit beside what must stay free."""
    if shutil.disk_usage(home()).free < size + LEFT_FREE:
        raise DiskFull


def is_full(error: BaseException | None) -> bool:
    """True where a disk without room is behind this error, in whichever words."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "disk is full" in str(error) or "No space left on device" in str(error):
            return True
        error = error.__cause__
    return False


def sweep() -> int:
    """Remove what dead workers left. Returns how many folders."""
    old = [folder for folder in home().iterdir() if folder.stat().st_mtime < time.time() - OLD_SECONDS]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def home() -> Path:
    """Where all of them are."""
    found = Path(settings.VAR_DIR) / "work"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found
