"""Small files for tests of reading."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl


def text_file(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def byte_file(folder: Path, content: bytes, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(folder: Path, sheets: dict[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if title in hidden:
            sheet.sheet_state = "hidden"
    path = folder / "book.xlsx"
    book.save(path)
    return path


def archive(folder: Path, parts: dict[str, bytes], name: str = "book.xlsx") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for part, content in parts.items():
            file.writestr(part, content)
    return path
