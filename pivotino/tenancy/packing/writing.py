"""Writing an archive: one stream from the rows to the file, a few megabytes of memory however large the instance is."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import IO, Any, BinaryIO, cast

from django.utils import timezone

from pivotino.kit.csvs import csv_lines
from pivotino.kit.money import Money, UnknownCurrency
from pivotino.tenancy import filing, provision
from pivotino.tenancy.context import inside
from pivotino.tenancy.packing import describing, files, reading_pages, registry, shape, values
from pivotino.tenancy.packing.book import Book, Row, named_by, opened
from pivotino.tenancy.packing.manifest import PATH, Listed, Manifest, Table
from pivotino.tenancy.packing.shape import Entity
from pivotino.tenancy.places import Place

# Quick rather than small: rows shrink to a tenth either way.
LEVEL = 4
PIECE = 1 << 16
NO_MAIL = "No mail is kept in this database, so there is none to take out.\n"
Progress = Callable[[int, int], None]
Out = BinaryIO | io.RawIOBase


def pack(
    place: Place, out: Out, *, told: Progress | None = None, moving: bool = False, squeeze: bool = True
) -> Manifest:
    """Write the archive of `place` to `out`, which need not be seekable, and say what is in it.

    People may go on working: the archive is of the moment this began. `told(done, of)` hears about rows read. `moving`
    takes along what passes (work in line, news for browsers), for an instance that lives on elsewhere.
    """
    counter = _Counter(told)
    with inside(place), opened(place, counter.add) as book:
        chosen = shape.entities(moving=moving)
        counts = {one.label: book.count(one.label) for one in chosen}
        counter.expect(counts)
        now = timezone.now()
        manifest = Manifest(
            instance={"id": str(place.id), "slug": place.slug, "name": place.name},
            taken={"at": now.astimezone(UTC).isoformat(timespec="seconds"), "engine": book.engine, "software": _software()},
            schema=provision.schema_version(), migrations=shape.migrations(),
        )  # fmt: skip
        with zipfile.ZipFile(cast(BinaryIO, out), "w", allowZip64=True) as archive:
            parcel = Parcel(archive, manifest, now, squeeze=squeeze)
            for one in chosen:
                _put_rows(parcel, book, one)
            for twin in registry.twins.values():
                with parcel.text(twin.path) as (file, listing):
                    listing.rows = twin.write(book, file)
            parcel.put("mail/README.txt", NO_MAIL.encode())
            reading_pages.put(parcel, book, counts)
            # An instance that lives on elsewhere keeps its files where they are.
            for path, name in () if moving else files.of(place):
                with filing.opened(place, name) as from_, parcel.file(path) as (to, _):
                    for piece in iter(lambda: from_.read(PIECE), b""):
                        to.write(piece)
            parcel.put("FORMAT.md", describing.document(moving=moving).encode())
            parcel.put(PATH, manifest.written(), listed=False)
    return manifest


def contents(place: Place, *, told: Progress | None = None) -> Manifest:
    """What an archive of `place` would list at this moment, without keeping it."""
    return pack(place, _Nowhere(), told=told, squeeze=False)


class Parcel:
    """The archive while it is written: each file is counted and fingerprinted on its way in."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, now: datetime, *, squeeze: bool) -> None:
        self.archive, self.manifest = archive, manifest
        self._at = now.astimezone(UTC).timetuple()[:6]
        self._how = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED

    @contextmanager
    def file(self, path: str) -> Iterator[tuple[BinaryIO, "Listing"]]:
        """An open file of the archive, and what will be listed of it."""
        info = zipfile.ZipInfo(path, self._at)
        info.compress_type, info.external_attr = self._how, 0o600 << 16
        if self._how == zipfile.ZIP_DEFLATED:
            info._compresslevel = LEVEL  # type: ignore[attr-defined]
        with self.archive.open(info, "w", force_zip64=True) as raw:
            listing = Listing(raw)
            yield cast(BinaryIO, listing), listing
        self.manifest.files[path] = listing.listed()

    @contextmanager
    def text(self, path: str) -> Iterator[tuple[io.TextIOWrapper, "Listing"]]:
        """The same for text; lines end as they are written."""
        with self.file(path) as (_, listing):
            wrapped = io.TextIOWrapper(cast(Any, listing), encoding="utf-8", errors="replace", newline="")
            yield wrapped, listing
            wrapped.flush()
            wrapped.detach()

    def put(self, path: str, data: bytes, *, listed: bool = True) -> None:
        with self.file(path) as (to, _):
            to.write(data)
        if not listed:
            del self.manifest.files[path]


class Listing(io.RawIOBase):
    """Counts and fingerprints what passes through."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._sha, self.size, self.rows = raw, hashlib.sha256(), 0, -1

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._sha.update(piece)
        self.size += len(piece)
        self._raw.write(piece)
        return len(piece)

    def listed(self) -> Listed:
        return Listed(self.size, self._sha.hexdigest(), self.rows)


def _put_rows(parcel: Parcel, book: Book, entity: Entity) -> None:
    with parcel.file(entity.rows_file) as (file, listing):
        listing.rows = 0
        pieces, size = [], 0
        for row in book.rows(entity.label):
            listing.rows += 1
            pieces.append(line := values.line_of(row))
            size += len(line)
            if size > PIECE:
                file.write(b"".join(pieces))
                pieces, size = [], 0
        file.write(b"".join(pieces))
        count = listing.rows
    parcel.manifest.entities[entity.label] = Table(entity.rows_file, count, entity.described)
    with parcel.text(entity.csv_file) as (out, listing):
        listing.rows = count
        out.writelines(_csv(book, entity))


def _csv(book: Book, entity: Entity) -> Iterator[str]:
    """The same rows for a spreadsheet: names before ids, amounts as people write them before their minor units."""
    base = str(book.one("members.company").get("currency", ""))
    money = {column.name for column in entity.columns if column.name.endswith("_minor")}
    own = any(column.name == "currency" for column in entity.columns)
    header: list[str] = []
    for column in entity.columns:
        name, _ = named_by(column)
        header += [name] if name else [column.name.removesuffix("_minor")] if column.name in money else []
        header.append(column.name)

    def cell(row: Row, name: str) -> object:
        if name in row:
            value = row[name]
            return values.text_of(value) if isinstance(value, dict | list) else _said(value)
        currency = row["currency"] if own and name == "amount" else base
        return _amount(row[f"{name}_minor"], currency)

    rows = ([cell(row, name) for name in header] for row in book.named(entity))
    return csv_lines(header, rows)


def _said(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _amount(minor: int | None, currency: str) -> object:
    try:
        return None if minor is None else Money(minor, currency).amount
    except UnknownCurrency:
        return minor


@cache
def _software() -> str:
    try:
        return version("pivotino")
    except PackageNotFoundError:
        return ""


class _Counter:
    """How many rows were read, of how many that will be: each once as lines, once as a table, and once for each twin."""

    def __init__(self, told: Progress | None) -> None:
        self._told, self._done, self._of = told, 0, 1

    def expect(self, counts: dict[str, int]) -> None:
        walks = [*(twin.of for twin in registry.twins.values()), *(page.of for page in registry.pages.values())]
        self._of = max(1, 2 * sum(counts.values()) + sum(counts.get(label, 0) for label in walks))

    def add(self, rows: int) -> None:
        self._done = min(self._done + rows, self._of)
        if self._told:
            self._told(self._done, self._of)


class _Nowhere(io.RawIOBase):
    """Takes everything and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)
