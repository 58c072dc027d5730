"""Open a sheet somebody gave us: CSV of any dialect, or an Excel workbook.

    sheet = open_sheet(path, "deals.csv")
    sheet.headers, sheet.notes
    for row in sheet.rows(): ...

Rows are streamed; nothing here holds a whole file. Whatever cannot be read is refused with `UnreadableSheet`, whose
message is meant for the person who chose the file. No other exception leaves this module.
"""

from __future__ import annotations

from pathlib import Path

from .csvfiles import CsvSheet, open_csv
from .sheets import MAX_ROWS, Row, Sheet, UnreadableSheet, Value
from .strangers import MAX_BYTES, head_of, refuse_strangers
from .workbooks import XlsxSheet, open_xlsx

__all__ = ["MAX_BYTES", "MAX_ROWS", "CsvSheet", "Row", "Sheet", "UnreadableSheet", "Value", "XlsxSheet", "open_sheet"]


def open_sheet(path: Path | str, name: str = "") -> Sheet:
    """Recognise the file by its content, never by its name; `name` is only for telling it apart from others."""
    path = Path(path)
    name = name or path.name
    head = head_of(path)
    refuse_strangers(head, path)
    if head.startswith(b"PK"):
        return open_xlsx(path, name)
    return open_csv(path, name)
