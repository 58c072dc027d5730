"""Kinds of letters and their rules."""

from enum import StrEnum


class Kind(StrEnum):
    """Why we may write at all.

    TRANSACTIONAL   the person did something and waits for this: cannot be switched off, and says why it came
    INVITATION      a colleague asked us to write: the same, once
    NOTICE          news about one's own work: may carry a way to switch it off
    CUSTOMER        a letter of a customer to their own contact: theirs, in their name
    MARKETING       not in this issue
    """

    TRANSACTIONAL = "transactional"
    INVITATION = "invitation"
    NOTICE = "notice"
    CUSTOMER = "customer"
    MARKETING = "marketing"

    @property
    def may_be_switched_off(self) -> bool:
        """True where a letter of this kind may carry a way to stop such letters."""
        return self in (Kind.NOTICE, Kind.CUSTOMER, Kind.MARKETING)

    @property
    def goes_again_when_unsure(self) -> bool:
        """What happens when a worker died between handing a letter over and noting it.

        A letter somebody waits for goes again, under the same Message-ID, so that mail programs see one.
        News does not: better one too few than the same twice.
        """
        return self in (Kind.TRANSACTIONAL, Kind.INVITATION)
