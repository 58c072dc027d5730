"""The rows that could not be taken, as a file to mend and bring again."""

from collections.abc import Iterator

from pivotino.instance.exchange.cells import text_of
from pivotino.instance.exchange.models import Fate, Import, ProposedRow, Verdict
from pivotino.instance.exchange.plans import sheet_of
from pivotino.instance.exchange.reading import UnreadableSheet
from pivotino.kit.csvs import csv_lines


def refused_lines(one: Import) -> Iterator[str]:
    """The refused and left-out rows with all their columns; without them where the file has gone meanwhile."""
    rows = ProposedRow.objects.filter(of_import=one).filter(verdict=Verdict.REFUSED) | ProposedRow.objects.filter(
        of_import=one, fate=Fate.LEFT
    )
    why = {row.number: _said(row) for row in rows.order_by("number")}
    try:
        sheet = sheet_of(one)
        found = (
            [*map(text_of, row.values), str(row.number), why[row.number]] for row in sheet.rows() if row.number in why
        )
        yield from csv_lines([*sheet.headers, "Row", "Why it was not taken"], found)
    except UnreadableSheet:
        named = ([row.name, str(row.number), why[row.number]] for row in rows)
        yield from csv_lines(["Name", "Row", "Why it was not taken"], named)


def _said(row: ProposedRow) -> str:
    return " ".join(f"{column}: {sentence}" if column else sentence for column, sentence in row.reasons)
