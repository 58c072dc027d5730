"""What of a contact the search over everything finds, and how a list is searched with one slip of the finger allowed."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db.models import Q, QuerySet

from pivotino.instance.contacts.models.contact import Contact
from pivotino.kit.fold import fold

SHORTEST_FOR_A_SLIP = 4
CANDIDATES = 400


def index_contact(contact: Contact) -> None:
    """Tell the search over everything; a removed contact is forgotten there."""
    search: Any = _search()
    if search is None:
        return
    if contact.is_removed:
        search.forget("contact", contact.pk)
    else:
        search.index("contact", contact.pk, None, words_of(contact))


def words_of(contact: Contact) -> str:
    """Everything somebody may remember of a contact."""
    said = [contact.name, contact.email, contact.phone, contact.mobile, contact.city, contact.job_position, contact.notes]
    return " ".join(filter(None, said))


def matching(found: "QuerySet[Contact]", text: str) -> "QuerySet[Contact]":
    """Of these contacts, those whose name, mail or number holds every word; if there are none, those one slip away."""
    words = fold(text).split()
    if not words:
        return found
    exact = found.filter(_holds(text, words))
    if exact.exists():
        return exact
    return found.filter(pk__in=_one_slip_away(found, words))


def _holds(text: str, words: Sequence[str]) -> Q:
    by_name = Q()
    for word in words:
        by_name &= Q(folded__contains=word)
    by_mail = Q(email__contains=text.strip().lower()) if "@" in text or "." in text else Q(email__startswith=text.strip().lower())
    digits = "".join(letter for letter in text if letter.isdigit()).lstrip("0")
    by_number = Q(phone__contains=digits) | Q(mobile__contains=digits) if len(digits) >= 4 else Q(pk__in=[])
    return by_name | by_mail | by_number


def _one_slip_away(found: "QuerySet[Contact]", words: Sequence[str]) -> list[Any]:
    """One slip leaves one half of a word whole (or swaps its middle), so these find the few that are worth measuring."""
    wanted = Q()
    for word in words:
        either = Q()
        for piece in _pieces(word):
            either |= Q(folded__contains=piece)
        wanted &= either
    rows = found.filter(wanted).values_list("pk", "folded")[:CANDIDATES]
    return [pk for pk, folded in rows if all(_near(word, folded.split()) for word in words)]


def _pieces(word: str) -> list[str]:
    if len(word) < SHORTEST_FOR_A_SLIP:
        return [word]
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return [word[:middle], word[middle:], swapped]


def _near(word: str, others: Iterable[str]) -> bool:
    if len(word) < SHORTEST_FOR_A_SLIP:
        return any(word in other for other in others)
    return any(one_slip(word, other[: len(word) + cut]) for other in others for cut in (-1, 0, 1))


def one_slip(a: str, b: str) -> bool:
    """True when one letter added, left out, changed or swapped with its neighbour makes them the same, or none at all."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    at = next((place for place, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))
    if len(a) == len(b):
        swapped = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
        return a[at + 1 :] == b[at + 1 :] or swapped
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return long[at + 1 :] == short[at:]


def _search() -> Any:
    """The room's search over everything, where there is one."""
    name = "pivotino.instance.history.search"
    return import_module(name) if find_spec(name) else None
