"""How much an instance is used: numbers it counts itself and tells to the control plane, so that nobody looks inside."""

from collections.abc import Mapping
from typing import Protocol

from pivotino.tenancy.context import current
from pivotino.tenancy.places import Place


class Keeper(Protocol):
    """Keeps the numbers."""

    def report(self, place: Place, counts: Mapping[str, int]) -> None: ...


_keepers: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Let `keeper` keep the numbers. A second one takes the first one's place."""
    _keepers[:] = [keeper]


def report(counts: Mapping[str, int]) -> None:
    """The current instance's numbers as they are now. Telling them again changes nothing."""
    for keeper in _keepers:
        keeper.report(current(), counts)
