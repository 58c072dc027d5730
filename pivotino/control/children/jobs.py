"""The clock of reports about children."""

from pivotino.control.children import reporting
from pivotino.jobs import schedule


@schedule("*/10 * * * *")
def look_at_the_clock() -> None:
    """Reports nobody looked at in time, and receipts that are due."""
    reporting.look_at_the_clock()
