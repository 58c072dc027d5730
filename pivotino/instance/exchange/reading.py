"""Open a sheet somebody gave us: CSV of any dialect, or an Excel workbook.

    sheet = open_sheet(path, "deals.csv")
    sheet.headers, sheet.notes
    for row in sheet.rows(): ...

Rows are streamed; nothing here holds a whole file. Whatever cannot be read is refused with `UnreadableSheet`, whose
message is meant for the person who chose the file. No other exception leaves this module.
"""

from __future__ import annotations

import csv
import datetime
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from .encodings import Encoding, Undecodable, recognise

MEBIBYTE = 1024 * 1024
MAX_BYTES = 64 * MEBIBYTE
MAX_ROWS = 500_000
MAX_COLUMNS = 400
MAX_CELL = 100_000
MAX_HEADER = 200
MAX_HEADER_DEPTH = 20

# A workbook is a zip archive, so a small one may unfold into a huge one.
MAX_UNPACKED = 1024 * MEBIBYTE
MAX_SHARED_TEXT = 160 * MEBIBYTE
MAX_PARTS = 5_000
MAX_RATIO = 120
RATIO_MATTERS_FROM = 8 * MEBIBYTE
EXCEL_ROWS = 1_048_576

DELIMITERS = ",;\t|"
SAMPLE_LINES = 200
CSV_OR_XLSX = "Save it as CSV or XLSX and try again."

Value = str | int | float | bool | datetime.date | datetime.datetime | datetime.time


UTF8 = Encoding("utf-8-sig")


class UnreadableSheet(Exception):
    """A file we refuse. Its text is shown to the person who chose it."""


class Row(NamedTuple):
    """One row as a spreadsheet would number it. `extra` holds filled cells beyond the last heading."""

    number: int
    values: tuple[Value, ...]
    extra: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file that can be read: its column names, and as many passes over its rows as one likes."""

    path: Path
    name: str
    headers: tuple[str, ...]
    header_row: int
    notes: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Every row below the headings that is not blank."""
        width = len(self.headers)
        kept = 0
        with closing(self._records()) as records:
            for number, record in enumerate(records, start=1):
                if number <= self.header_row:
                    continue
                if len(record) != width:
                    record, extra = _fit(record, width)
                else:
                    extra = ()
                if not extra and _is_blank(record):
                    continue
                kept += 1
                if kept > MAX_ROWS:
                    raise UnreadableSheet(
                        f"This sheet has more than {MAX_ROWS:,} rows. Split it and bring the parts in one by one."
                    )
                yield Row(number, tuple(record), extra)

    def sample(self, size: int = 500) -> list[Row]:
        """The first rows, enough to guess from."""
        with closing(cast(Any, self.rows())) as rows:
            return list(itertools.islice(rows, size))

    def count(self) -> int:
        """Reads the whole file, and so finds whatever would be refused on the way."""
        return sum(1 for _ in self.rows())

    def _records(self) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class CsvSheet(Sheet):
    encoding: Encoding = UTF8
    delimiter: str = ","
    starts_after: int = 0

    def _records(self) -> Iterator[list[str]]:
        return _csv_records(self.path, self.encoding, self.delimiter, skip=self.starts_after)


@dataclass(frozen=True)
class XlsxSheet(Sheet):
    worksheet: str = ""

    def _records(self) -> Iterator[list[Value]]:
        return _xlsx_records(self.path, self.worksheet)


def open_sheet(path: Path | str, name: str = "") -> Sheet:
    """Recognise the file by its content, never by its name; `name` is only for telling it apart from others."""
    path = Path(path)
    name = name or path.name
    head = _head(path)
    _refuse_strangers(head, path)
    if head.startswith(b"PK"):
        return _open_xlsx(path, name)
    return _open_csv(path, name)


# -- what is not a sheet -----------------------------------------------------------------------------------------------

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


def _head(path: Path) -> bytes:
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


def _refuse_strangers(head: bytes, path: Path) -> None:
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


# -- CSV ---------------------------------------------------------------------------------------------------------------


def _open_csv(path: Path, name: str) -> Sheet:
    try:
        encoding = recognise(path)
    except Undecodable as error:
        raise UnreadableSheet(str(error)) from error
    notes = [encoding.note] if encoding.note else []

    lines = _first_lines(path, encoding)
    if not any(line.strip("\ufeff \t\r\n,;|") for line in lines):
        raise UnreadableSheet("This file is empty.")
    delimiter, skip = _declared_delimiter(lines[0])
    delimiter = delimiter or _guess_delimiter(lines)

    beginning = itertools.islice(_csv_records(path, encoding, delimiter, skip=skip), SAMPLE_LINES)
    header_row, headers, more_notes = _find_headers(list(beginning))
    return CsvSheet(
        path=path, name=name, headers=headers, header_row=header_row, notes=(*notes, *more_notes),
        encoding=encoding, delimiter=delimiter, starts_after=skip,
    )  # fmt: skip


def _csv_records(path: Path, encoding: Encoding, delimiter: str, *, skip: int = 0) -> Iterator[list[str]]:
    """Records as the csv module sees them, blank ones included so that numbers agree with a spreadsheet's."""
    number = 0
    try:
        with _text(path, encoding) as file:
            lines = itertools.islice(file, skip, None)
            reader = csv.reader(itertools.chain(_without_nuls(lines), [END]), delimiter=delimiter)
            record: list[str] = []
            for number, following in enumerate(reader):
                if number:
                    yield record
                record = following
            if record != [END]:
                raise UnreadableSheet(
                    f"A quotation mark in row {number + 1} is opened and never closed, so the rest of the file runs "
                    "together. Mend it and try again."
                )
    except csv.Error as error:
        raise UnreadableSheet(
            f"Row {number + 2} cannot be told apart from the next. "
            "Look there for a quotation mark that is never closed."
        ) from error
    except (OSError, UnicodeError) as error:
        raise UnreadableSheet("This file could not be read to its end. Choose it again.") from error


# A record no file contains by accident. If it does not come back alone, a quotation mark was still open.
END = "\x1e end of sheet \x1e"


@contextmanager
def _text(path: Path, encoding: Encoding) -> Iterator[IO[str]]:
    with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as file:
        yield file


def _without_nuls(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "") if "\0" in line else line


def _first_lines(path: Path, encoding: Encoding) -> list[str]:
    try:
        with _text(path, encoding) as file:
            return list(itertools.islice(_without_nuls(file), SAMPLE_LINES))
    except (OSError, UnicodeError) as error:
        raise UnreadableSheet(
            "The letters in this file cannot be read. Save it as “CSV UTF-8” and try again."
        ) from error


def _declared_delimiter(line: str) -> tuple[str, int]:
    """Excel writes `sep=;` above the headings of some files."""
    found = re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", line, re.IGNORECASE)
    return (found[1], 1) if found and found[1] in DELIMITERS else ("", 0)


def _guess_delimiter(lines: list[str]) -> str:
    """The one that cuts most rows into the same number of cells, the more cells the better."""

    def fitness(delimiter: str) -> tuple[float, int]:
        try:
            widths = [
                len(record) for record in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in record)
            ]
        except csv.Error:
            return (0.0, 0)
        if not widths:
            return (0.0, 0)
        width, times = Counter(widths).most_common(1)[0]
        if width < 2:
            wide = [w for w in widths if w > 1]
            return (0.2 * len(wide) / len(widths), max(wide, default=1))
        return (round(times / len(widths), 1), width)

    return max(DELIMITERS, key=fitness)


# -- XLSX --------------------------------------------------------------------------------------------------------------


def _open_xlsx(path: Path, name: str) -> Sheet:
    _inspect_archive(path)
    worksheet, notes = _choose_worksheet(path)
    with closing(cast(Any, _xlsx_records(path, worksheet))) as records:
        beginning = list(itertools.islice(records, SAMPLE_LINES))
    header_row, headers, more_notes = _find_headers(beginning)
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


# -- headings ----------------------------------------------------------------------------------------------------------


def _find_headers(records: list[list[Any]]) -> tuple[int, tuple[str, ...], list[str]]:
    """The first row as wide as the table, skipping a title above it. Answers its number, the names, and notes."""
    widths = [sum(1 for value in record if not _is_empty(value)) for record in records]
    filled = [width for width in widths if width]
    if not filled:
        raise UnreadableSheet("This sheet is empty.")
    usual = Counter(filled).most_common(1)[0][0]
    enough = max(1, usual * 0.6)
    depth = next((i for i, width in enumerate(widths[:MAX_HEADER_DEPTH]) if width >= enough), None)
    if depth is None:
        raise UnreadableSheet("No row names the columns. Put the column names in the first row and try again.")
    record = records[depth]
    if len(record) > MAX_COLUMNS and any(not _is_empty(value) for value in record[MAX_COLUMNS:]):
        raise UnreadableSheet(f"This sheet has more than {MAX_COLUMNS} columns. Keep those you need and try again.")
    if _looks_like_data(record):
        raise UnreadableSheet(
            "The first row holds values, not column names. Put a row of column names above it and try again."
        )
    headers, notes = _name_columns(record, records[depth + 1 :])
    if depth and widths[:depth] != [0] * depth:
        notes.insert(0, f"The column names were found in row {depth + 1}; what stands above was left out.")
    return depth + 1, headers, notes


def _looks_like_data(record: list[Any]) -> bool:
    cells = [value for value in record if not _is_empty(value)]
    values = sum(1 for cell in cells if not isinstance(cell, str) or VALUE.fullmatch(cell.strip()))
    return values * 2 >= len(cells) and not _names_years(cells)


def _names_years(cells: list[Any]) -> bool:
    """`2023 | 2024 | 2025` may well be headings."""
    return len(cells) > 1 and all(re.fullmatch(r"(19|20)\d\d", str(cell).strip()) for cell in cells[1:])


VALUE = re.compile(
    r"""[-+(]?\s*(?:RM|[A-Z]{3}|[$€£¥])?\s*\d[\d.,\s']*\)?\s*%?     # 1,234.50
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?                   # a date
      | [^@\s]+@[^@\s]+\.[a-z]{2,}                                 # an e-mail address
      | \+?[\d\s().-]{7,}                                          # a phone number
      | https?://\S+""",
    re.VERBOSE | re.IGNORECASE,
)


def _name_columns(record: list[Any], below: list[list[Any]]) -> tuple[tuple[str, ...], list[str]]:
    names = [_tidy(value) for value in record[:MAX_COLUMNS]]
    while names and not names[-1] and not _column_is_filled(len(names) - 1, below):
        names.pop()
    notes: list[str] = []
    taken: set[str] = set()
    for index, name in enumerate(names):
        wanted = name or f"Column {_letters(index)}"
        unique = _unused(wanted, taken)
        if name and unique != name:
            notes.append(f"Two columns are called “{name}”; the second is “{unique}” here.")
        taken.add(unique.casefold())
        names[index] = unique
    return tuple(names), notes


def _tidy(value: Any) -> str:
    text = re.sub(r"[\u200b\u200e\u200f\ufeff]", "", str(value))
    return " ".join(text.split())[:MAX_HEADER]


def _unused(name: str, taken: set[str]) -> str:
    candidates = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return next(candidate for candidate in candidates if candidate.casefold() not in taken)


def _column_is_filled(index: int, records: list[list[Any]]) -> bool:
    return any(len(record) > index and not _is_empty(record[index]) for record in records)


def _letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _fit(record: list[Any], width: int) -> tuple[list[Any], tuple[Value, ...]]:
    """Short rows are filled up; what stands beyond the last heading is handed over apart, never dropped."""
    if len(record) < width:
        return record + [""] * (width - len(record)), ()
    extra = tuple(value for value in record[width:] if not _is_empty(value))
    return record[:width], extra


def _is_blank(record: list[Any]) -> bool:
    # Most rows are told by their first cell.
    return all(map(_is_empty, record)) if not record or _is_empty(record[0]) else False


def _is_empty(value: Any) -> bool:
    return isinstance(value, str) and (not value or value.isspace())
