"""Who has a seat in which instance, told by instances to the control plane without knowing it.

An instance says `take` when an account joins and `give_up` when it leaves; the accounts room keeps the list, so that
"your databases" never has to open one. Both may be repeated.
"""

from typing import Protocol
from uuid import UUID

from pivotino.tenancy.context import current
from pivotino.tenancy.places import Place


class Keeper(Protocol):
    """Keeps the list of seats."""

    def take(self, place: Place, account_id: UUID, *, owner: bool) -> None: ...

    def give_up(self, place: Place, account_id: UUID) -> None: ...


_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Let `keeper` keep the list. A second one takes the first one's place."""
    _keepers[:] = [keeper]


def take(account_id: UUID, *, owner: bool = False) -> None:
    """The account has become a member of the current instance, or its role has changed; `owner`: a Business Owner."""
    for keeper in _keepers:
        keeper.take(current(), account_id, owner=owner)


def give_up(account_id: UUID) -> None:
    """The account has left the current instance."""
    for keeper in _keepers:
        keeper.give_up(current(), account_id)
