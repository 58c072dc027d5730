"""The trail of an instance, as the control plane writes and checks it. The history room keeps it; we never import a room.

    write(instance, "staff.saw", by="Sofia", staff=True, ticket="T-1042", purpose="…")
    write(instance, "export.asked", account_id=account.pk)      # by somebody who works there: their name is found inside
    end(instance), verify(instance, known=[…])                  # where it ends; Broken where it is not as it was written
    forget_subject(instance, contact_id)                        # what was said about this person cannot be read any more

What need not be in at once goes through `jobs.trails.note`.
"""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from pivotino.kit.chains import End
from pivotino.tenancy.context import inside
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place


class Keeper(Protocol):
    """Keeps the trail; every verb runs inside the instance."""

    def write(self, what: str, **said: Any) -> Any: ...

    def end(self) -> End: ...

    def verify(self, known: Iterable[End] = ()) -> End: ...

    def mark_anew(self, known: Iterable[End] = ()) -> End: ...

    def forget_subject(self, subject_id: UUID) -> int: ...


_keepers: list[Keeper] = []


def kept_by(keeper: Any) -> None:
    """Let `keeper` keep the trails. A second one takes the first one's place."""
    _keepers[:] = [keeper]


def write(instance: Instance | Place, what: str, **said: Any) -> None:
    """Write a line into the trail of this instance, in a transaction of its own there. See `history.trail.write`."""
    with inside(_writable(instance)):
        _keepers[0].write(what, **said)


def end(instance: Instance | Place) -> End:
    """Where its trail ends."""
    with inside(_writable(instance)):
        return _keepers[0].end()


def verify(instance: Instance | Place, known: Iterable[End] = ()) -> End:
    """Read its trail again; raises chains.Broken with the first wrong place."""
    with inside(_writable(instance)):
        return _keepers[0].verify(known)


def mark_anew(instance: Instance | Place, known: Iterable[End] = ()) -> End:
    """Mark its end with the present secret, where everything else is as it was written."""
    with inside(_writable(instance)):
        return _keepers[0].mark_anew(known)


def forget_subject(instance: Instance | Place, subject_id: UUID) -> int:
    """Destroy the key of a person there; says how many lines nobody can read any more."""
    with inside(_writable(instance)):
        return _keepers[0].forget_subject(subject_id)


def _writable(instance: Instance | Place) -> Place:
    place = instance if isinstance(instance, Place) else instance.place
    return place.writable
