"""The files of an instance: everything in its own area, under the names it has there."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings

from pivotino.tenancy.places import Place

START = "files/"


def folder_of(place: Place) -> Path:
    """Where the files of `place` lie."""
    return Path(settings.VAR_DIR) / "files" / place.key


def of(place: Place) -> Iterator[tuple[str, Path]]:
    """Path in the archive and source of each file, in order. Half-written ones are left out."""
    folder = folder_of(place)
    for source in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if source.is_file() and not source.is_symlink() and source.suffix != ".part":
            yield START + source.relative_to(folder).as_posix(), source


class Draft:
    """Files that are being brought in: beside their place until all of them, and the rows, are there."""

    def __init__(self, place: Place) -> None:
        self._home = folder_of(place)
        self._draft = self._home.with_name(f"{self._home.name}.{uuid4().hex}.draft")
        self._any = False

    def put(self, path: str, source: IO[bytes]) -> None:
        """Keep one file; `path` was judged safe before."""
        to = self._draft / path.removeprefix(START)
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(source, file, 1 << 16)
        self._any = True

    def settle(self) -> None:
        """Everything else is there: these are the files of the instance now."""
        if not self._any:
            return
        old = self._draft.with_suffix(".old")
        if self._home.exists():
            os.replace(self._home, old)
        self._home.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self._draft, self._home)
        shutil.rmtree(old, ignore_errors=True)

    def drop(self) -> None:
        shutil.rmtree(self._draft, ignore_errors=True)
