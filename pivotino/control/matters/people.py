"""What takes two: nobody is both, and both are of us at that moment."""

from pivotino.control.accounts.models import Account
from pivotino.tenancy.signed_in import SignedIn


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why and what to do instead."""


class NeedsAnother(NotPossible):
    """The same person may not do the second half."""


class GoneOn(NotPossible):
    """Somebody else was quicker."""

    def __init__(self) -> None:
        super().__init__("It has gone on meanwhile. Read it again.")


def another(by: SignedIn, first_id: object, what: str) -> None:
    """Raise NeedsAnother where `by` did the first half too."""
    if str(by.id) == str(first_id):
        raise NeedsAnother(f"Somebody else has to {what}: you did the first half.")


def two(by: SignedIn, first_id: object, what: str) -> None:
    """The same for what is decided now: a yes counts only as long as whoever said it works for us."""
    another(by, first_id, what)
    if Account.objects.filter(pk__in=[by.id, str(first_id)], is_staff=True, is_active=True).count() < 2:
        raise NeedsAnother("One of the two does not work for us any more, so that this counts as one. Begin it again.")
