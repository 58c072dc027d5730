"""An instance that goes back to an older state: what that would lose, and what may not come back with it.

Rooms join in from their AppConfig.

    @counts_changes                     # inside the instance as it is now
    def changes(since: datetime) -> dict[str, int]: ...
    @upon_return(order=10)              # inside the older state, before anybody can open it; safe to repeat
    def keep_out(returned: Return) -> None: ...

What a room must know of the state that is left behind it asks for there: `upon_return(order=…, remember=asked_there)`; the
answer is `returned.remembered`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pivotino.tenancy.context import atomic, inside
from pivotino.tenancy.places import Place


@dataclass(frozen=True, kw_only=True)
class Seated:
    """Somebody who may enter now, whatever the older state says."""

    account_id: UUID
    name: str
    email: str
    owner: bool


@dataclass(frozen=True, kw_only=True)
class Return:
    """One going back: who may enter now, and what the room remembers of the state that is left behind."""

    seated: tuple[Seated, ...]
    remembered: Any = 0


Counting = Callable[[datetime], dict[str, int]]
Settling = Callable[[Return], None]
Remembering = Callable[[], Any]
_counts: list[Counting] = []
_settles: list[tuple[int, Settling, Remembering | None]] = []


def counts_changes(count: Counting) -> Counting:
    """Register who counts what was done since a moment, by plain words: {"opportunities": 3}."""
    _counts.append(count)
    return count


def upon_return(order: int, *, remember: Remembering | None = None) -> Callable[[Settling], Settling]:
    """Register what a room does in an older state before it is opened again, in rising order."""

    def keep(settle: Settling) -> Settling:
        _settles.append((order, settle, remember))
        return settle

    return keep


def changes_since(place: Place, moment: datetime) -> dict[str, int]:
    """What would be lost by going back to `moment`, by plain words; only what is not nothing."""
    with inside(place):
        found = [count(moment) for count in _counts]
    return {word: number for counted in found for word, number in counted.items() if number}


def settle(place: Place, *, was: Place, seated: tuple[Seated, ...]) -> None:
    """Let every room do its part in the older state at `place`, in one transaction; `was` is the one left behind."""
    in_order = sorted(_settles, key=lambda one: one[0])
    with inside(was):
        told = [remember() if remember else 0 for _, _, remember in in_order]
    with inside(place), atomic():
        for (_, work, _), remembered in zip(in_order, told, strict=True):
            work(Return(seated=seated, remembered=remembered))
