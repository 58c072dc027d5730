"""CSV of any dialect: its letters, its delimiter, its records."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .encodings import Encoding, Undecodable, recognise
from .headings import find_headers
from .sheets import Sheet, UnreadableSheet

DELIMITERS = ",;\t|"
SAMPLE_LINES = 200
UTF8 = Encoding("utf-8-sig")


@dataclass(frozen=True)
class CsvSheet(Sheet):
    encoding: Encoding = UTF8
    delimiter: str = ","
    starts_after: int = 0

    def _records(self) -> Iterator[list[str]]:
        return _csv_records(self.path, self.encoding, self.delimiter, skip=self.starts_after)


def open_csv(path: Path, name: str) -> Sheet:
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
    header_row, headers, more_notes = find_headers(list(beginning))
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
