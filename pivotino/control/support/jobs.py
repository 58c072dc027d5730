"""Sessions end by the clock. Nobody waits for this: a click after the end is refused all the same."""

from pivotino.control.support import calling
from pivotino.jobs import schedule


@schedule("* * * * *")
def end_what_is_over() -> None:
    """Write down which sessions are over, tell the owners what was opened and the people inside that nobody is there."""
    calling.end_what_is_over()
