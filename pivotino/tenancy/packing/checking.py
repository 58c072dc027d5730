"""Judging an archive before a single row of it is written: it may come from anywhere."""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from pivotino.tenancy import provision
from pivotino.tenancy.packing import shape
from pivotino.tenancy.packing.manifest import PATH, Manifest
from pivotino.tenancy.packing.refusals import Damaged, NotAnExport, OtherSchema, Unsafe

Source = Path | BinaryIO
# A file of an archive is at most this many times as large as what was sent of it, all of them together less. Real rows shrink
# to a tenth, rows that are alike to a fiftieth.
MOST_TIMES, SMALL = 200, 1 << 20
MOST_TIMES_IN_ALL, LARGE = 60, 128 << 20
MOST_FILES, MOST_BYTES, MOST_MANIFEST = 500_000, 200 << 30, 128 << 20
PIECE = 1 << 16
_SEGMENT = re.compile(r"[^\x00-\x1f\x7f\\:/]{1,200}")
_ROOTS = frozenset({"manifest.json", "index.html", "FORMAT.md", "contacts.vcf", "calendar.ics", "settings.json"})
_FOLDERS = frozenset({"data", "files", "pages", "mail", "history"})
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def look(source: Source) -> Manifest:
    """What an archive holds, after every fingerprint was compared. Raises Refused with a sentence; writes nothing."""
    with opened(source) as (archive, manifest):
        for path, listed in manifest.files.items():
            sha, size = hashlib.sha256(), 0
            with part(archive, path) as file:
                while piece := file.read(PIECE):
                    sha.update(piece)
                    size += len(piece)
            if (size, sha.hexdigest()) != (listed.bytes, listed.sha256):
                raise Damaged(f"{path} is not what it was")
        return manifest


@contextmanager
def opened(source: Source) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive whose outside is safe and whose rows would fit here; the fingerprints are not compared yet."""
    try:
        archive = zipfile.ZipFile(source)
    except BROKEN as error:
        raise NotAnExport from error
    with archive:
        _judge_outside(archive)
        try:
            with archive.open(PATH) as file:
                manifest = Manifest.read(file.read(MOST_MANIFEST + 1))
        except KeyError as error:
            raise NotAnExport from error
        except BROKEN as error:
            raise Damaged("its list of contents cannot be read") from error
        _judge_list(archive, manifest)
        judge_shape(manifest)
        yield archive, manifest


@contextmanager
def part(archive: zipfile.ZipFile, path: str) -> Iterator[IO[bytes]]:
    """One file of it; whatever breaks while it is read is damage."""
    try:
        with archive.open(path) as file:
            yield file
    except BROKEN as error:
        raise Damaged(f"{path} cannot be read") from error


def judge_shape(manifest: Manifest) -> None:
    """Raise OtherSchema unless every table and column of it has its place here. An older one lacks what came since."""
    if manifest.schema == provision.schema_version():
        return
    known = {one.label: one for one in shape.everything()}
    for app, names in manifest.migrations.items():
        if strange := set(names) - set(shape.migrations().get(app, [])):
            raise OtherSchema(f"it comes from a later version, which has {app}.{sorted(strange)[0]}")
    for label, table in manifest.entities.items():
        if label not in known:
            raise OtherSchema(f"there is no {label} any more")
        here = known[label].described
        if strange := {name for name, kind in table.columns.items() if here.get(name) != kind}:
            raise OtherSchema(f"{label} has another {sorted(strange)[0]}")
        for column in known[label].columns:
            if column.name not in table.columns and not (column.null or column.field.has_default() or column.field.blank
                                                         or column.field.has_db_default()):  # fmt: skip
                raise OtherSchema(f"it says nothing about {column.name} in {label}")


def _judge_outside(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise Unsafe(f"it holds {len(entries):,} files")
    names = set()
    for info in entries:
        if info.filename in names:
            raise Unsafe(f"it holds {info.filename[:80]} twice")
        names.add(info.filename)
        if not is_safe(info.filename) or info.is_dir() or (info.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            raise Unsafe(f"it holds a path that leads elsewhere: {info.filename[:80]!r}")
        if info.flag_bits & 0x1:
            raise Unsafe("it is locked with a password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unsafe("it is packed in a way exports never are")
        if info.file_size > SMALL and info.file_size > info.compress_size * MOST_TIMES:
            raise Unsafe(f"{info.filename[:80]} would grow beyond all measure")
    size, sent = sum(info.file_size for info in entries), sum(info.compress_size for info in entries)
    if size > MOST_BYTES or size > max(LARGE, sent * MOST_TIMES_IN_ALL):
        raise Unsafe("it would fill the disk")
    if archive.NameToInfo.get(PATH) is not None and archive.getinfo(PATH).file_size > MOST_MANIFEST:
        raise Unsafe("its list of contents is endless")


def _judge_list(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    there = set(archive.namelist()) - {PATH}
    if there != set(manifest.files):
        odd = sorted(there ^ set(manifest.files))[0]
        raise Damaged(f"{odd[:80]} is {'not in its list' if odd in there else 'missing'}")
    for label, table in manifest.entities.items():
        if table.file != f"data/{label}.jsonl" or table.file not in manifest.files:
            raise Damaged(f"the rows of {label[:80]} are missing")


def is_safe(path: str) -> bool:
    """True for the paths an export has: no way up, no way out, nothing at the top that does not belong there."""
    first, *rest = path.split("/")
    if not rest:
        return first in _ROOTS
    return first in _FOLDERS and all(
        _SEGMENT.fullmatch(one) and one not in (".", "..") and one.strip(". ") for one in rest
    )
