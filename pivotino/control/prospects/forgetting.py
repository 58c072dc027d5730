"""Erasing a person for good: everything we hold outside of an account, and a mark that keeps them out."""

from django.db import transaction

from pivotino.control.accounts.models import Account
from pivotino.control.erasures import people
from pivotino.control.erasures.models import Erasure
from pivotino.control.prospects.models import Asking, Gone, Listing, Origin, Prospect
from pivotino.letters.forgetting import forget as forget_letters
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress

ROOM = "Possible customers"


def forget(address: str) -> bool:
    """Erase this person, take them in never again, and write no marketing. Says whether there was a prospect; twice is once.

    Somebody who has an account keeps it, with the letters about it. The ledger of erasures keeps the mark, so that older books
    of ours do not bring them back.
    """
    address = address.strip().lower()
    with transaction.atomic():
        found = Prospect.objects.filter(address=address).exists()
        count = clear(address)
        if not Account.objects.filter(email=address).exists():
            forget_letters(address)
        if count:
            erasure = Erasure.objects.begin_person(address, rooms=[ROOM])
            people.settle(erasure, [{"what": ROOM, "count": count}])
    return found


def clear(address: str) -> int:
    """Everything this room holds of an address goes, and a mark stays. Says how many rows went."""
    with transaction.atomic():
        count = (
            Prospect.objects.filter(address=address).delete()[0]
            + Asking.objects.filter(address__iexact=address).delete()[0]
            + _proposals(address)
        )
        Gone.objects.keep_out([address])
        suppress(address, Scope.MARKETING, how="forgotten")
        Origin.objects.unused().delete()
    return count


def _proposals(address: str) -> int:
    """Nobody is taken in from a list that lies ready: they are checked again then. But the list names them until that day."""
    count = 0
    for listing in Listing.objects.all():
        rows = [row for row in listing.rows if row["address"] != address]
        if len(rows) < len(listing.rows):
            count += Listing.objects.filter(pk=listing.pk).update(rows=rows)
    return count
