"""The files people bring, in the instance's own area: `VAR_DIR/files/<place.key>/imports/<id>.<ending>`, readable by us alone.

A path is made of ids only, never of a name somebody typed.
"""

import errno
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pivotino.tenancy import current

MOST = 50 * 1024 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoSpace(OSError):
    """The disk is full. Nothing of the file was kept."""


@dataclass(frozen=True, slots=True)
class Stored:
    size: int
    sha256: str


def path_of(id: UUID, ending: str) -> Path:
    """Where the file of an import of the current instance lies."""
    return (
        Path(settings.VAR_DIR)
        / "files"
        / current().key
        / "imports"
        / f"{UUID(str(id))}.{'xlsx' if ending == 'xlsx' else 'csv'}"
    )


def store(pieces: Iterable[bytes], path: Path) -> Stored:
    """Write a file whole or not at all; raises NoSpace where it does not fit on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    size, digest = 0, hashlib.sha256()
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        if error.errno in FULL:
            raise NoSpace(*error.args) from error
        raise
    return Stored(size, digest.hexdigest())


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
