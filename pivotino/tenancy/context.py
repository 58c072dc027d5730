"""Which instance this piece of work is in. There is no default: outside `inside(…)` every query raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections, transaction

from pivotino.tenancy.places import Place

_current: ContextVar[Place | None] = ContextVar("pivotino_instance", default=None)


class NoInstance(RuntimeError):
    """Customer data was touched outside of any instance."""


class WrongInstance(RuntimeError):
    """A row of one instance was about to be read through or written to another."""


class MidTransaction(RuntimeError):
    """The instance may not change while a transaction of another one is open."""


def current() -> Place:
    """The place this code runs in; raises NoInstance outside of `inside`."""
    place = _current.get()
    if place is None:
        raise NoInstance("This touches customer data outside of any instance. Wrap it in `with inside(instance):`.")
    return place


def current_or_none() -> Place | None:
    """The place this code runs in, or None outside of any."""
    return _current.get()


@contextmanager
def inside(instance: Any) -> Iterator[Place]:
    """Run the block in one instance: a Place, or anything with a `.place`. Refuses to change instance mid-transaction.

    On leaving, a PostgreSQL connection goes back to its pool; a SQLite one stays open for the next visit.
    """
    place = instance if isinstance(instance, Place) else instance.place
    before = _current.get()
    proxy: Any = connections["instance"]
    if before is not None and before.address != place.address and proxy.in_atomic_block:
        raise MidTransaction(f"A transaction of {before.slug} is open; {place.slug} has to wait.")
    elsewhere = before is None or before.address != place.address
    # The same database, but what could only be read may be written to within the block, or the other way round.
    otherwise = before is not None and not elsewhere and before.frozen != place.frozen
    if elsewhere or otherwise:
        proxy.enter(place)
    token = _current.set(place)
    try:
        yield place
    finally:
        if elsewhere:
            proxy.leave(place)
        elif otherwise:
            proxy.enter(before)
        _current.reset(token)


def atomic() -> "transaction.Atomic":
    """One transaction of the current instance: all of the block is kept, or none of it."""
    return transaction.atomic(using="instance")


def stay() -> None:
    """For a thread that serves as long as its process lives: keep the PostgreSQL connection of the latest instance
    between visits, up to a minute, instead of giving it back after each. Other threads may not, for a pool never learns
    that a thread has ended."""
    proxy: Any = connections["instance"]
    proxy.stay()
