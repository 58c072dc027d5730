"""What is not a sheet: told by the first bytes, and said in words."""

from __future__ import annotations

import re
from pathlib import Path

from .sheets import CSV_OR_XLSX, MEBIBYTE, UnreadableSheet

MAX_BYTES = 64 * MEBIBYTE

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"This is a PDF. {CSV_OR_XLSX}"),
    (b"\x89PNG", "This is a picture. Bring the sheet itself, as CSV or XLSX."),
    (b"\xff\xd8\xff", "This is a picture. Bring the sheet itself, as CSV or XLSX."),
    (b"GIF8", "This is a picture. Bring the sheet itself, as CSV or XLSX."),
    (b"{\\rtf", f"This is a text document, not a sheet. {CSV_OR_XLSX}"),
    (b"\x1f\x8b", "This file is compressed. Unpack it and bring the CSV or XLSX inside."),
    (b"7z\xbc\xaf", "This file is compressed. Unpack it and bring the CSV or XLSX inside."),
    (b"Rar!", "This file is compressed. Unpack it and bring the CSV or XLSX inside."),
    (b"SQLite format 3", "This is a database, not a sheet. Export it as CSV and try again."),
)

WRITTEN_SIGNATURES: tuple[tuple[str, str], ...] = (
    (
        r"<\?xml[^>]*>\s*(<\?mso-application|<(\w+:)?workbook)",
        f"This is an Excel file in an old XML format. {CSV_OR_XLSX}",
    ),
    (
        r"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table|meta)\b",
        f"This is a web page, even if its name says otherwise. Open it in a spreadsheet program. {CSV_OR_XLSX}",
    ),
    (r"<\?xml", f"This is an XML file. {CSV_OR_XLSX}"),
    (r"begin:vcard", "This is an address card (vCard), not a sheet. Bring a CSV or XLSX file."),
    (r"begin:vcalendar", "This is a calendar, not a sheet. Bring a CSV or XLSX file."),
    (r"[\[{]\s*([{\[]|\"[^\"]*\"\s*:)", "This is a JSON file. Bring a CSV or XLSX file."),
)


def head_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size == 0:
            raise UnreadableSheet("This file is empty.")
        if size > MAX_BYTES:
            raise UnreadableSheet(
                f"This file is {size / MEBIBYTE:,.0f} MB; {MAX_BYTES // MEBIBYTE} MB is the most. "
                "Split it and bring the parts in one by one."
            )
        with path.open("rb") as file:
            return file.read(8192)
    except OSError as error:
        raise UnreadableSheet("This file could not be opened. Choose it again.") from error


def refuse_strangers(head: bytes, path: Path) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableSheet(_what_the_old_container_holds(path))
    for signature, message in SIGNATURES:
        if head.startswith(signature):
            raise UnreadableSheet(message)
    written = head[:2048].replace(b"\0", b"").decode("latin-1").lstrip("ï»¿ÿþ \t\r\n").lower()
    for pattern, message in WRITTEN_SIGNATURES:
        if re.match(pattern, written, re.DOTALL):
            raise UnreadableSheet(message)


def _what_the_old_container_holds(path: Path) -> str:
    """Excel before 2007 and locked workbooks of today share one wrapping; the names of the streams tell them apart."""
    with path.open("rb") as file:
        content = file.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "This workbook is locked with a password. Open it, remove the password, save it and try again."
    if "WordDocument".encode("utf-16-le") in content:
        return f"This is a Word document, not a sheet. {CSV_OR_XLSX}"
    return f"This is an old Excel file (.xls). {CSV_OR_XLSX}"
