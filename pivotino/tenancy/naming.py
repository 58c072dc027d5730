"""Somebody's corrected name or address, told to the databases they work in or are invited to.

    @naming.hears                                      # a room of an instance, from its AppConfig; inside, in one transaction
    def corrected(account_id, *, name="", email="", was="") -> bool: ...

    naming.tell(place, account_id, name="Nurul Anna")  # the control plane; True where something changed

`was` is the mark of the address before (`letters.marks`), by which an open invitation is found; the address itself waits nowhere.
Telling the same once more changes nothing.
"""

from typing import Protocol
from uuid import UUID

from pivotino.tenancy.context import atomic, inside
from pivotino.tenancy.places import Place


class Hear(Protocol):
    def __call__(self, account_id: UUID, *, name: str = "", email: str = "", was: str = "") -> bool: ...


_hearers: list[Hear] = []


def hears(hear: Hear) -> Hear:
    """Register the room that knows who works here. A second one takes the first one's place."""
    _hearers[:] = [hear]
    return hear


def tell(place: Place, account_id: UUID, *, name: str = "", email: str = "", was: str = "") -> bool:
    """Raises what writing raises, for example while the database is frozen."""
    with inside(place), atomic():
        return any(hear(account_id, name=name, email=email, was=was) for hear in _hearers)
