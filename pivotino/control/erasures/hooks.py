"""What rooms above say about an instance that is to be erased. Each joins in from its AppConfig.

    @forgets("Exports made before", order=20)      # removes what the room keeps beside rows; safe to repeat; says how many
    def forget(instance: Instance) -> int: ...

    @keeps_copies                                  # sealed copies that go on a day of their own
    def copies(instance_id: UUID) -> list[Copy]: ...

    @holds                                         # True while somebody may not let go of the data
    def is_held(instance: Instance) -> bool: ...

When a hold ends, call `jobs.released(instance_id)`: what was put off then happens by itself. A night's job asks anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

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


Copies = Callable[[UUID], list[Copy]]
Holding = Callable[[Instance], bool]
forgetters: list[Forgetter] = []
_copies: list[Copies] = []
_holds: list[Holding] = []


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


def copies_of(instance_id: UUID) -> list[Copy]:
    """Every copy there is or was, the one that goes last at the end."""
    return sorted((copy for ask in _copies for copy in ask(instance_id)), key=lambda copy: copy.until)
