"""What people inside a database ask our helpdesk. It crosses the wall as words and ids; nobody looks inside for it."""

from dataclasses import dataclass
from typing import Protocol

from django.db import Error, transaction

from pivotino.kit.uploads import Taken
from pivotino.tenancy.context import current
from pivotino.tenancy.places import Place
from pivotino.tenancy.signed_in import SignedIn


class NotTaken(RuntimeError):
    """The control plane does not answer. Nothing was kept: what was typed must stay in the page."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question or remark. `once` names this sending of the form; `kind` is one of KINDS; `page` is where they were.

    `files` passed kit/uploads.
    """

    once: str
    kind: str
    text: str
    page: str
    by: SignedIn
    files: tuple[Taken, ...] = ()


KINDS = {
    "question": "I have a question",
    "trouble": "Something does not work",
    "idea": "I have an idea, or an opinion",
    "privacy": "It is about my data",
    "security": "It is about security",
}


class Desk(Protocol):
    """Takes questions in. The same `once` twice is one question."""

    def take(self, place: Place, question: Question) -> str:
        """The number it got."""


_desks: list[Desk] = []


def taken_by(desk: Desk) -> None:
    """Let `desk` take the questions. A second one takes the first one's place."""
    _desks[:] = [desk]


def is_heard() -> bool:
    """False where nobody answers: one company runs alone, and asks whoever set it up."""
    return bool(_desks)


def ask(question: Question) -> str:
    """Hand a question over and return its number; once more where the control plane was away. Raises NotTaken."""
    for last in (False, True):
        try:
            with transaction.atomic():
                return _desks[0].take(current(), question)
        except Error as error:
            if last:
                raise NotTaken("We cannot take this now. Your text is still here; try again in a minute.") from error
    raise AssertionError("unreachable")
