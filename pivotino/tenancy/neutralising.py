"""Making a copy harmless: nothing that waits in it is done a second time, and nothing leaves it.

A room that keeps what waits to go out registers how it is emptied:

    @neutralises
    def forget_open_errands() -> None: ...          # runs inside the copy, must be safe to repeat, and may only use
                                                    # columns that older versions had too

What goes out asks `may_leave` first; inside a copy the answer is no.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from pivotino.tenancy.context import atomic, current_or_none, inside
from pivotino.tenancy.places import Place

Clears = TypeVar("Clears", bound=Callable[[], None])
_clears: list[Callable[[], None]] = []
log = logging.getLogger("pivotino.copies")


def neutralises(clears: Clears) -> Clears:
    """Register what a room empties in a copy."""
    _clears.append(clears)
    return clears


def neutralise(copy: Place) -> None:
    """Empty a copy of all that waits to go out. Refuses anything that is not a copy."""
    if not copy.is_copy:
        raise NotACopy(f"{copy.slug} is no copy; it was left alone.")
    with inside(copy.writable), atomic():
        for clears in _clears:
            clears()


def is_inside_copy() -> bool:
    """Whether this work runs in a copy: then the guard under every client refuses all hosts but our own."""
    place = current_or_none()
    return place is not None and place.is_copy


class NotACopy(RuntimeError):
    """Somebody's real database was about to be neutralised."""


def may_leave(what: str, place: Place | None = None) -> bool:
    """Whether something may go out of the current instance (or of `place`): letters, webhooks, pushes, payments."""
    place = place or current_or_none()
    if place is None or not place.is_copy:
        return True
    log.info("%s stays in the copy %s.", what, place.key[:8])
    return False
