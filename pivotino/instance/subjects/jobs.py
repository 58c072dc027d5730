"""Every night by the company's clock: who was asked to be erased, what is due, and the letter that says what comes."""

from pivotino.instance.subjects import erasing, keeping, letters
from pivotino.jobs import nightly


@nightly(at="04:30")
def let_go() -> int:
    """Erase who waited long enough, let go what is due, announce what comes. Safe to run twice."""
    erasing.go_on()
    gone = keeping.by_night()
    letters.tell_owners()
    return gone
