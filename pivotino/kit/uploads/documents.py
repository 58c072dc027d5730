"""Office documents: archives by build, so they are judged inside before anybody opens one."""

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pivotino.kit.uploads.refusals import Archive, Bomb, Macros, OtherKind, Program, Unreadable

MOST_PARTS, MOST_BYTES, MOST_TIMES, MOST_TEXT = 5_000, 300 << 20, 200, 24 << 20
UNREAD = "The first part of its words was looked through for what is not kept here; the rest is too long."
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ValueError, OSError)
TYPES = "[Content_Types].xml"
FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
OPEN = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
MACRO = re.compile(
    r"(?:^|/)(?:vbaproject|vbadata)[^/]*$|^basic/|^scripts/|(?:^|/)activex/|(?:^|/)macrosheets/", re.IGNORECASE
)
RUNS = re.compile(r"\.(?:exe|dll|scr|bat|cmd|com|js|vbs|ps1|jar|hta|lnk|msi|sh|class)$", re.IGNORECASE)
# A document that loads its template from elsewhere loads a program with it.
LOADS = re.compile(
    rb"attachedTemplate[^>]*TargetMode=\"External\"|TargetMode=\"External\"[^>]*attachedTemplate", re.IGNORECASE
)
# Every part has words for somebody; how it looks and what it counts has none.
WORDS = re.compile(r"\.xml$", re.IGNORECASE)
LOOKS = re.compile(r"(?:^|/)(?:styles?|theme\d*|settings|fonttable|numbering|calcchain|metadata|\[content_types\])\.xml$", re.IGNORECASE)  # fmt: skip
ENDS = re.compile(rb"</(?:\w+:)?(?:p|c|v|si|t[cr]|row|table-cell|h)>|<(?:\w+:)?(?:br|tab)\b[^>]*>")
TAG = re.compile(rb"<[^>]*>")


def ending_of(data: bytes) -> str:
    """Which Office document it is. Raises Archive where it is none, Macros where it would run something."""
    with _opened(data) as archive:
        names = archive.namelist()
        if "mimetype" in names and archive.infolist()[0].filename == "mimetype":
            ending = OPEN.get(_part(archive, "mimetype", 200).strip())
        elif TYPES in names:
            types = _part(archive, TYPES, 1 << 20)
            if b"macroenabled" in types.lower():
                raise Macros
            ending = next(
                (kind for folder, kind in FOLDERS.items() if any(name.startswith(folder) for name in names)), None
            )
        else:
            ending = None
    if ending is None:
        raise Archive
    return ending


def words_of(data: bytes) -> tuple[str, str]:
    """Its words, and a sentence about what of them was not read, or "". Raises Refused where it may not be kept."""
    told: list[bytes] = []
    left = MOST_TEXT
    with _opened(data) as archive:
        for info in archive.infolist():
            if MACRO.search(info.filename):
                raise Macros
            if RUNS.search(info.filename):
                raise Program("There is a program in this document.")
            if info.filename.endswith(".rels") and LOADS.search(_part(archive, info.filename, 1 << 20)):
                raise OtherKind("This document loads a part of itself from elsewhere. Save it as PDF.")
            if WORDS.search(info.filename) and not LOOKS.search(info.filename):
                told.append(_part(archive, info.filename, max(left, 0)))
                left -= info.file_size
    text = b"\n".join(TAG.sub(b"", ENDS.sub(b"\n", one)) for one in told)
    return html.unescape(text.decode("utf-8", "replace")), UNREAD if left < 0 else ""


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _judge(archive)
            yield archive
    except BROKEN as error:
        if isinstance(error, Unreadable | Archive | Bomb | Macros | OtherKind | Program):
            raise
        raise Unreadable("document") from error


def _judge(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or len({info.filename for info in parts}) != len(parts):
        raise Bomb
    if sum(info.file_size for info in parts) > MOST_BYTES:
        raise Bomb
    for info in parts:
        if info.file_size > (1 << 20) and info.file_size > max(info.compress_size, 1) * MOST_TIMES:
            raise Bomb
        if info.flag_bits & 0x1:
            raise OtherKind("This document is locked with a password, so nobody can look into it. Save it without one.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Archive


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as part:
        return part.read(most)
