"""Rows of an instance that were erased because somebody asked to be forgotten: remembered outside, erased again if they come back.

    @erases("contacts.Contact")                     # a room, from its AppConfig: how one sort of record is erased
    def forget(ids: list[UUID]) -> int: ...         # inside the instance; safe to repeat; says how many were there

    remember([Piece("contacts.Contact", id)])       # inside the instance, before it is erased
    erase(pieces)                                   # inside the instance: now, and after every return of an older state

A piece names a record by its opaque id and says nothing about anybody.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol
from uuid import UUID

from django.apps import apps

from pivotino.tenancy import held
from pivotino.tenancy.context import atomic, current
from pivotino.tenancy.places import Place


class Piece(NamedTuple):
    """One record that has to be gone."""

    model: str
    id: UUID


class Keeper(Protocol):
    """Keeps the ledger, outside of every instance."""

    def remember(self, place: Place, pieces: list[Piece]) -> None: ...


Forget = Callable[[list[UUID]], int]
_verbs: dict[str, Forget] = {}
_keepers: list[Keeper] = []


def erases(model: str) -> Callable[[Forget], Forget]:
    """Register how the records of a model are erased. Without a word of its room the rows are deleted."""

    def keep(forget: Forget) -> Forget:
        _verbs[model] = forget
        return forget

    return keep


def kept_by(keeper: Keeper) -> None:
    """Let `keeper` keep the ledger. A second one takes the first one's place."""
    _keepers[:] = [keeper]


def remember(pieces: Iterable[Piece]) -> None:
    """Write down, outside, that these records of the current instance have to be gone from now on."""
    for keeper in _keepers:
        keeper.remember(current(), list(pieces))


def erase(pieces: Iterable[Piece]) -> int:
    """Erase these records in the current instance, as far as they are there. Returns how many were.

    What is held is copied into the vault before (`tenancy.held`), so nobody need ask.
    """
    by_model: dict[str, list[UUID]] = {}
    for piece in pieces:
        by_model.setdefault(piece.model, []).append(piece.id)
    with atomic():
        for model, ids in sorted(by_model.items()):
            held.put_aside(model, ids)
        return sum(_verbs.get(model, _deletes(model))(ids) for model, ids in sorted(by_model.items()))


def _deletes(model: str) -> Forget:
    def delete(ids: list[UUID]) -> int:
        rows = apps.get_model(model)._default_manager.filter(pk__in=ids)
        found = rows.count()
        rows.delete()
        return int(found)

    return delete
