"""Answers to single letters of ours. A room hears those to its own letters:

@hears(Ask, Renewal)
def answered(answer: Answer, sent: Sent) -> bool: ...    # False: it is for a person to read
"""

from collections.abc import Callable
from typing import TypeVar

from pivotino.letters.letter import Letter
from pivotino.letters.models import Sent
from pivotino.letters.reading import Answer

Hearer = Callable[[Answer, Sent], bool]
Made = TypeVar("Made", bound=Hearer)
_hearers: dict[str, Hearer] = {}


def hears(*letters: type[Letter]) -> Callable[[Made], Made]:
    """Give the answers to these letters to this function; it must bear hearing one twice."""

    def put_up(hearer: Made) -> Made:
        for letter in letters:
            _hearers[f"{letter.__module__}.{letter.__qualname__}"[:200]] = hearer
        return hearer

    return put_up


def told(answer: Answer) -> bool:
    """Give it to whoever hears answers to the letter it names; False where nobody did anything."""
    for sent in Sent.objects.filter(reference__in=answer.references, letter__in=list(_hearers)).order_by("-at"):
        if _hearers[sent.letter](answer, sent):
            return True
    return False
