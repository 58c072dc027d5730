"""Kinds of letters and their rules."""

from enum import StrEnum


class Kind(StrEnum):
    """Why we may write at all.

    TRANSACTIONAL   the person did something and waits for this: cannot be switched off, and says why it came
    INVITATION      a colleague asked us to write: the same, once
    NOTICE          news about one's own work: may carry a way to switch it off
    CUSTOMER        a letter of a customer to their own contact: theirs, in their name
    MARKETING       news on a topic, to whoever may be told and did not stop it
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
    def rule(self) -> str:
        """What allows a letter of this kind, in the words of the page that shows people what we sent them."""
        return RULES[self]

    @property
    def goes_again_when_unsure(self) -> bool:
        """What happens when a worker died between handing a letter over and noting it.

        A letter somebody waits for goes again, under the same Message-ID, so that mail programs see one.
        News does not: better one too few than the same twice.
        """
        return self in (Kind.TRANSACTIONAL, Kind.INVITATION)


RULES = {
    Kind.TRANSACTIONAL: "You, or somebody with this address, asked for something and waited for this letter.",
    Kind.INVITATION: "A colleague asked us to write, once. The address serves that invitation only.",
    Kind.NOTICE: "News about your own work or account, or that you asked to be told of.",
    Kind.CUSTOMER: "A customer of ours wrote by way of Pivotino and answers for it.",
    Kind.MARKETING: "You may be told of Pivotino until you stop it, which one press does.",
}
