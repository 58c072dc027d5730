"""CSV that opens well in a spreadsheet and runs nothing there."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

BYTE_ORDER_MARK = "\ufeff"  # tells Excel the file is UTF-8
_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(value: object) -> str:
    """The value as text; text a spreadsheet would compute gets a ' in front. Numbers stay numbers, None is empty."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text
    return f"'{text}" if _looks_like_formula(text) or _looks_like_formula(text.removeprefix("'")) else text


def bare_cell(text: str) -> str:
    """What `safe_cell` was given: our own ' taken off again when a file comes back."""
    return text[1:] if text.startswith("'") and _looks_like_formula(text[1:].removeprefix("'")) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, for a streaming response; `rows` is read as the lines are.

    A streaming response is read after the middleware has left: the caller sees to it that `rows` still may be.
    """
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + str(writer.writerow([safe_cell(cell) for cell in header]))
    for row in rows:
        yield str(writer.writerow([safe_cell(cell) for cell in row]))


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _looks_like_formula(text: str) -> bool:
    return text.startswith(_STARTS_A_FORMULA)
