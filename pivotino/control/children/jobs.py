"""The clock of reports about children, and the end of what is kept about them."""

from pivotino.control.children import reporting
from pivotino.jobs import schedule


@schedule("*/10 * * * *")
def look_at_the_clock() -> None:
    """Reports nobody looked at in time, and receipts that are due."""
    reporting.look_at_the_clock()


@schedule("25 4 * * *")
def forget_old() -> None:
    """Reports that were done two years ago."""
    reporting.forget_old()
