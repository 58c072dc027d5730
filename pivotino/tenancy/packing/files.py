"""The files of an instance in an archive: everything in its own area, under the names it has there."""

from collections.abc import Iterator
from typing import IO

from pivotino.tenancy import filing
from pivotino.tenancy.places import Place

START = "files/"


def of(place: Place) -> Iterator[tuple[str, str]]:
    """Path in the archive and name in the area of each file, in order. Half-written ones are left out."""
    for name in filing.names(place):
        yield START + name, name


class Draft:
    """Files that are being brought in: they are written at once, and gone again unless everything else is there too."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._came: list[str] = []
        self._new: list[str] = []

    def put(self, path: str, source: IO[bytes]) -> None:
        """Keep one file; `path` was judged safe before."""
        name = path.removeprefix(START)
        self._came.append(name)
        if filing.keep(self._place, name, source):
            self._new.append(name)

    def settle(self) -> None:
        """Everything else is there: these are the files of the instance now."""
        if self._came:
            filing.remove(self._place, *(set(filing.names(self._place)) - set(self._came)))
        self._new.clear()

    def drop(self) -> None:
        filing.remove(self._place, *self._new)
