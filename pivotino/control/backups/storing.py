"""Where sealed backups lie: a folder, or a bucket that speaks S3. Here alone the storage is touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.core.files import File
from django.core.files.storage import Storage, storages

from pivotino.control.backups.models import Backup


class _Moving(File):  # type: ignore[type-arg]
    """A file on our own disk: a folder's storage takes it over by renaming instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


class NotStored(RuntimeError):
    """The storage did not keep the whole file. Nothing half is left."""


def store() -> Storage:
    return storages["backups"]


def keep(file: Path, backup: Backup) -> str:
    """Put a sealed file into the storage and return its name there. Repeating it replaces what a dead worker left."""
    key = backup.instance.place.key
    return keep_as(file, f"{key[-2:]}/{key}/{backup.pk}.pvb")


def keep_as(file: Path, name: str) -> str:
    """Put a file into the storage under this name: all of it, or nothing."""
    size = file.stat().st_size
    store().delete(name)
    try:
        with open(file, "rb") as handle:
            kept: Any = _Moving(handle, name=str(file))
            saved = store().save(name, kept)
        if saved != name or store().size(name) != size:
            raise NotStored("The storage did not keep the whole file.")
    except BaseException:
        store().delete(name)
        raise
    return name


def copy_as(file: Path, name: str) -> None:
    """Put a copy of a sealed file into the storage under this name, in place of an older one. Ours stays where it is."""
    store().delete(name)
    with open(file, "rb") as handle:
        store().save(name, File(handle, name=file.name))


@contextmanager
def opened(backup: Backup) -> Iterator[IO[bytes]]:
    """The sealed file, for reading."""
    with store().open(backup.storage_name, "rb") as handle:
        yield cast(IO[bytes], handle)


def remove(backup: Backup) -> None:
    """Take the file out of the storage. Repeating it changes nothing."""
    if backup.storage_name:
        store().delete(backup.storage_name)
