"""Erasing a person for good: everything we hold outside of an account, and a mark that keeps them out."""

from django.db import transaction

from pivotino.control.accounts.models import Account
from pivotino.control.prospects.models import Asking, Gone, Listing, Origin, Prospect
from pivotino.letters.forgetting import forget as forget_letters
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress


def forget(address: str) -> bool:
    """Erase this person, take them in never again, and write no marketing. Says whether there was a prospect; twice is once.

    Somebody who has an account keeps it, with the letters about it.
    """
    address = address.strip().lower()
    with transaction.atomic():
        found, _ = Prospect.objects.filter(address=address).delete()
        Asking.objects.filter(address=address).delete()
        _proposals(address)
        Gone.objects.keep_out([address])
        suppress(address, Scope.MARKETING, how="forgotten")
        if not Account.objects.filter(email=address).exists():
            forget_letters(address)
        Origin.objects.unused().delete()
    return bool(found)


def _proposals(address: str) -> None:
    """Nobody is taken in from a list that lies ready: they are checked again then. But the list names them until that day."""
    for listing in Listing.objects.all():
        rows = [row for row in listing.rows if row["address"] != address]
        if len(rows) < len(listing.rows):
            Listing.objects.filter(pk=listing.pk).update(rows=rows)
