"""What takes two: nobody is both."""

from pivotino.tenancy.signed_in import SignedIn


class NotPossible(RuntimeError):
    """This cannot be done now; the message says why and what to do instead."""


class NeedsAnother(NotPossible):
    """The same person may not do the second half."""


def another(by: SignedIn, first_id: object, what: str) -> None:
    """Raise NeedsAnother where `by` did the first half too."""
    if str(by.id) == str(first_id):
        raise NeedsAnother(f"Somebody else has to {what}: you did the first half.")
