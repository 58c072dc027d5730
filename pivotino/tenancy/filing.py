"""The files of an instance: bytes under a name, in a folder of its own, or in a bucket that speaks S3 under its own key.

    keep(place, name, source)      all of it or nothing; what is there already counts as new from now on
    opened(place, name)            raises FileNotFoundError
    remove(place, name)

A room names the files its rows speak of, so that an older state that comes back finds them again:

    @names_files
    def named() -> Iterable[str]: ...          # inside the instance
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, TypeVar, cast
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages

from pivotino.tenancy.context import inside
from pivotino.tenancy.places import Place

Names = TypeVar("Names", bound=Callable[[], Iterable[str]])
_names: list[Callable[[], Iterable[str]]] = []
DRAFT = ".part"


def names_files(named: Names) -> Names:
    """Register which files the rows of a room speak of."""
    _names.append(named)
    return named


def named_at(place: Place) -> set[str]:
    """The files that the database of `place` speaks of."""
    with inside(place):
        return {name for named in _names for name in named()}


def keep(place: Place, name: str, source: IO[bytes]) -> bool:
    """Keep a file: all of it or nothing. Says whether it is new. Raises OSError where the disk is full."""
    store = storages["default"]
    there = store.exists(at := _at(place, name))
    if not isinstance(store, FileSystemStorage):
        store.save(at, File(source))
        return not there
    path = Path(store.path(at))
    if there:
        os.utime(path)
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{uuid4().hex}{DRAFT}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(source, file, 1 << 16)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def opened(place: Place, name: str) -> IO[bytes]:
    """The file, for reading."""
    return cast("IO[bytes]", storages["default"].open(_at(place, name), "rb"))


def is_there(place: Place, name: str) -> bool:
    return storages["default"].exists(_at(place, name))


def kept_at(place: Place, name: str) -> datetime:
    """When somebody last kept it."""
    return storages["default"].get_modified_time(_at(place, name))


def remove(place: Place, *names: str) -> None:
    """Take files away. Repeating it changes nothing."""
    for name in names:
        storages["default"].delete(_at(place, name))


def names(place: Place) -> list[str]:
    """Every file that is there whole, in order."""
    return sorted(name for name in _walk(place.key) if not name.endswith(DRAFT))


def copy_all(place: Place, to: Place) -> None:
    """Give `to` the same files. They never change, so on one disk both may share the bytes."""
    store = storages["default"]
    for name in names(place):
        if not isinstance(store, FileSystemStorage):
            with opened(place, name) as source:
                keep(to, name, source)
            continue
        path = Path(store.path(_at(to, name)))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.link(store.path(_at(place, name)), path)


def remove_all(place: Place) -> int:
    """Take every file away, half-written ones too; says how many were there."""
    store = storages["default"]
    found = list(_walk(place.key))
    if isinstance(store, FileSystemStorage):
        shutil.rmtree(store.path(place.key), ignore_errors=True)
    else:
        for name in found:
            store.delete(f"{place.key}/{name}")
    return len(found)


def sweep(place: Place, *, before: datetime) -> int:
    """Remove what no row of the database speaks of and nobody kept since: orphans, and what dead workers left half-written."""
    spoken_of = named_at(place)
    # What lies in a folder of its own there is some room's work in hand, and that room's to remove.
    lost = (name for name in _walk(place.key) if "/" not in name and name not in spoken_of)
    gone = [name for name in lost if kept_at(place, name) < before]
    remove(place, *gone)
    return len(gone)


def _walk(folder: str, within: str = "") -> Iterator[str]:
    try:
        folders, found = storages["default"].listdir(folder)
    except FileNotFoundError:  # a folder nobody has written into yet
        return
    yield from (within + name for name in found)
    for one in folders:
        yield from _walk(f"{folder}/{one}", f"{within}{one}/")


def _at(place: Place, name: str) -> str:
    return f"{place.key}/{name}"
