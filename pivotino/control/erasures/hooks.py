"""What rooms above say about an instance that is to be erased. Each joins in from its AppConfig.

    @forgets("Exports made before", order=20)      # removes what the room keeps beside rows; safe to repeat; says how many
    def forget(instance: Instance) -> int: ...

    @keeps_copies                                  # sealed copies that go on a day of their own; of our own books for None
    def copies(instance_id: UUID | None) -> list[Copy]: ...

    @holds                                         # True while somebody may not let go of the data
    def is_held(instance: Instance) -> bool: ...

    @holds_records                                 # keys of rows of ours, by model (`accounts.Account`), that may not go
    def held(label: str) -> Iterable[Any]: ...

    @holds_people                                  # True while somebody's data may not go; people are known by their marks
    def held(marks: list[str]) -> bool: ...

    @resumes                                       # does what was put off, as far as it may go now; safe to repeat
    def go_on() -> None: ...

Whoever deletes rows of ours leaves out `held_keys(label)` and asks `is_person_held(address)` before forgetting somebody. Inside an
instance it is `tenancy.held` that knows. When a hold ends, whoever ended it calls `jobs.released(instance_id)` or `jobs.resume.later()`:
what was put off then happens by itself. A night's job asks anyway.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pivotino.letters.marks import marks_of
from pivotino.tenancy.models import Instance


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy that is or was kept apart: when it was taken, when it goes by its own rule, and when it really went."""

    taken_at: datetime
    until: datetime
    removed_at: datetime | None = None


class Forgetter(NamedTuple):
    order: int
    what: str
    work: Callable[[Instance], int]


Copies = Callable[[UUID | None], list[Copy]]
Holding = Callable[[Instance], bool]
forgetters: list[Forgetter] = []
_copies: list[Copies] = []
_holds: list[Holding] = []
HoldingRecords = Callable[[str], Iterable[Any]]
HoldingPeople = Callable[[list[str]], bool]
Resume = Callable[[], None]
_holds_records: list[HoldingRecords] = []
_holds_people: list[HoldingPeople] = []
resumptions: list[Resume] = []


def forgets(what: str, *, order: int = 50) -> Callable[[Callable[[Instance], int]], Callable[[Instance], int]]:
    """Register what a room removes when an instance is erased; `what` stands on the certificate."""

    def keep(work: Callable[[Instance], int]) -> Callable[[Instance], int]:
        forgetters.append(Forgetter(order, what, work))
        return work

    return keep


def keeps_copies(copies: Copies) -> Copies:
    """Register who can say which copies of an instance there are."""
    _copies.append(copies)
    return copies


def holds(holding: Holding) -> Holding:
    """Register who may say that an instance must not be erased at present."""
    _holds.append(holding)
    return holding


def is_held(instance: Instance) -> bool:
    return any(holding(instance) for holding in _holds)


def holds_records(holding: HoldingRecords) -> HoldingRecords:
    """Register who may say that rows of ours must not go at present."""
    _holds_records.append(holding)
    return holding


def holds_people(holding: HoldingPeople) -> HoldingPeople:
    """Register who may say that nothing about somebody may go at present."""
    _holds_people.append(holding)
    return holding


def resumes(resume: Resume) -> Resume:
    """Register what a room does when a hold ends, for whatever it had put off."""
    resumptions.append(resume)
    return resume


def held_keys(label: str) -> set[Any]:
    """The keys of rows of a model of ours (`accounts.Account`) that may not go at present."""
    return {key for holding in _holds_records for key in holding(label)}


def is_record_held(label: str, key: Any) -> bool:
    return key in held_keys(label)


def is_person_held(address: str) -> bool:
    """Whether what we know of whoever reads this address may not go at present."""
    return any(holding(marks_of(address)) for holding in _holds_people)


def copies_of(instance_id: UUID | None) -> list[Copy]:
    """Every copy there is or was, the one that goes last at the end."""
    return sorted((copy for ask in _copies for copy in ask(instance_id)), key=lambda copy: copy.until)
