"""What somebody demands of a customer about themselves, when they wrote to us instead: handed over, with the clock that runs.

    @requests.takes                                   # the room of an instance that keeps them, from its AppConfig
    def take(handed: Handed) -> None: ...             # inside the instance, in one transaction; the same id again changes nothing

    requests.hand(instance.place, handed)             # the control plane; True where a room took it
    requests.answered(handed.id)                      # inside the instance: the customer says it is done

We look into no database for it: whom it is about is found by the customer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pivotino.tenancy.context import atomic, current, inside
from pivotino.tenancy.places import Place


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One demand. `kind` is access, correction, erasure, objection, restriction or portability; `says` their own words.

    `due_at` is when the law wants an answer, counted from `asked_at`, when it reached us. They proved to us that they read `email`.
    """

    id: UUID
    kind: str
    email: str
    name: str = ""
    says: str = ""
    asked_at: datetime
    due_at: datetime


class Keeper(Protocol):
    """Hears what became of a demand, outside of every instance."""

    def answered(self, place: Place, id: UUID) -> None: ...


Take = Callable[[Handed], None]
_takers: list[Take] = []
_keepers: list[Keeper] = []


def takes(take: Take) -> Take:
    """Register the room that keeps demands. A second one takes the first one's place."""
    _takers[:] = [take]
    return take


def kept_by(keeper: Keeper) -> None:
    """Let `keeper` hear. A second one takes the first one's place."""
    _keepers[:] = [keeper]


def hand(place: Place, handed: Handed) -> bool:
    """Put a demand into an instance. False where no room takes them; raises what writing raises, for example while it is frozen."""
    with inside(place), atomic():
        for take in _takers:
            take(handed)
    return bool(_takers)


def answered(id: UUID) -> None:
    """The customer answered a demand that came by way of us. Nothing is told of what they found or did."""
    for keeper in _keepers:
        keeper.answered(current(), id)
