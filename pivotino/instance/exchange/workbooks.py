"""Excel workbooks, judged before anything of them unfolds."""

from __future__ import annotations

import datetime
import itertools
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from .headings import MAX_COLUMNS, find_headers
from .sheets import CSV_OR_XLSX, MEBIBYTE, Sheet, UnreadableSheet, Value

MAX_CELL = 100_000
# A workbook is a zip archive, so a small one may unfold into a huge one.
MAX_UNPACKED = 1024 * MEBIBYTE
MAX_SHARED_TEXT = 160 * MEBIBYTE
MAX_PARTS = 5_000
MAX_RATIO = 120
RATIO_MATTERS_FROM = 8 * MEBIBYTE
EXCEL_ROWS = 1_048_576
SAMPLE_LINES = 200


@dataclass(frozen=True)
class XlsxSheet(Sheet):
    worksheet: str = ""

    def _records(self) -> Iterator[list[Value]]:
        return _xlsx_records(self.path, self.worksheet)


def open_xlsx(path: Path, name: str) -> Sheet:
    _inspect_archive(path)
    worksheet, notes = _choose_worksheet(path)
    with closing(cast(Any, _xlsx_records(path, worksheet))) as records:
        beginning = list(itertools.islice(records, SAMPLE_LINES))
    header_row, headers, more_notes = find_headers(beginning)
    return XlsxSheet(
        path=path, name=name, headers=headers, header_row=header_row, notes=(*notes, *more_notes), worksheet=worksheet
    )


def _inspect_archive(path: Path) -> None:
    """Judge the archive by its table of contents and first bytes, before anything unfolds in memory."""
    with _damage_refused(), zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "xl/workbook.bin" in names:
            raise UnreadableSheet(f"This is a binary Excel file (.xlsb). {CSV_OR_XLSX}")
        if "xl/workbook.xml" not in names:
            raise UnreadableSheet(_what_the_archive_is(names))
        if any(part.flag_bits & 1 for part in parts):
            raise UnreadableSheet(
                "This workbook is locked with a password. Open it, remove the password, save it and try again."
            )
        unpacked = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts) or 1
        shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
        too_dense = unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or shared > MAX_SHARED_TEXT or too_dense:
            raise UnreadableSheet(
                "This workbook unfolds into far more than its size promises. "
                "Save the sheet you need as CSV and try again."
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as file:
                    if b"<!DOCTYPE" in file.read(2048):
                        raise UnreadableSheet(
                            f"This workbook was not written by a spreadsheet program. Open it in one. {CSV_OR_XLSX}"
                        )


def _what_the_archive_is(names: set[str]) -> str:
    if "word/document.xml" in names:
        return f"This is a Word document, not a sheet. {CSV_OR_XLSX}"
    if "ppt/presentation.xml" in names:
        return "This is a presentation, not a sheet. Bring a CSV or XLSX file."
    if "content.xml" in names and "mimetype" in names:
        return f"This is an OpenDocument file. {CSV_OR_XLSX}"
    if "Index/Document.iwa" in names:
        return f"This is an Apple Numbers file. {CSV_OR_XLSX}"
    return "This file is compressed. Unpack it and bring the CSV or XLSX inside."


def _choose_worksheet(path: Path) -> tuple[str, list[str]]:
    """The visible worksheet with most rows. Hidden ones are somebody's workings, not the sheet."""
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    with _damage_refused(), _workbook(path) as book, zipfile.ZipFile(path) as archive:
        sheets = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
        candidates = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
        heights = {sheet.title: _count_rows(archive, cast(Any, sheet)._worksheet_path) for sheet in candidates}
    filled = {title: height for title, height in heights.items() if height}
    if not filled:
        raise UnreadableSheet("This workbook has no filled sheet.")
    chosen = max(filled, key=lambda title: filled[title])
    others = [f"“{title}”" for title in filled if title != chosen]
    if not others:
        return chosen, []
    return chosen, [f"The sheet “{chosen}” was read, as it has the most rows. Left out: {', '.join(others[:5])}."]


def _count_rows(archive: zipfile.ZipFile, part: str) -> int:
    rows, tail = 0, b""
    with archive.open(part) as file:
        while chunk := file.read(MEBIBYTE):
            chunk = tail + chunk
            rows += len(ROW_END.findall(chunk))
            # Shorter than the shortest match, so none is counted twice.
            tail = chunk[-5:]
    return rows


ROW_END = re.compile(rb"[/:]row>")


def _xlsx_records(path: Path, worksheet: str) -> Iterator[list[Value]]:
    with _damage_refused(), _workbook(path) as book:
        sheet = book[worksheet]
        # The stated size of a sheet is often wrong, and sometimes a trap.
        sheet.reset_dimensions()
        for record in sheet.iter_rows(max_row=EXCEL_ROWS, max_col=MAX_COLUMNS + 1, values_only=True):
            yield [_plain(value) for value in record]


def _plain(value: object) -> Value:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")[:MAX_CELL]
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else value
    if isinstance(value, bool | int | float | datetime.date | datetime.time):
        return value
    return str(value)


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """`data_only` gives the values last calculated; a formula is never run."""
    import openpyxl  # seven megabytes that a process without a workbook need not hold

    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False, keep_vba=False)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _damage_refused() -> Iterator[None]:
    """A broken workbook can trip the library anywhere, with any exception; all of them mean the same to its owner."""
    try:
        yield
    except (UnreadableSheet, GeneratorExit):
        raise
    except Exception as error:
        raise UnreadableSheet(
            "This workbook is damaged. Open it in a spreadsheet program, save it as XLSX or CSV and try again."
        ) from error
