"""Live updates: what is written to the outbox reaches every open browser that may know of it.

An event carries ids only. The browser fetches the fragment it needs through the normal door, with its own rights.
"""

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pivotino.instance.history.models import Outbox
from pivotino.tenancy import inside
from pivotino.tenancy.places import Place
from pivotino.tenancy.watch import Watch

QUEUE = 500
REPLAY = 300
# On PostgreSQL a smaller id may be committed after a larger one: look back this far and skip what was told already.
LOOK_BACK = 100
# Records that belong to somebody. Everything else is for every member.
OWNED = ("opportunity", "activity")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the outbox, ready to be sent."""

    id: int
    kind: str
    owner_id: UUID | None
    owner_before_id: UUID | None
    wire: bytes
    gone: bytes


@dataclass(eq=False, slots=True)
class Listener:
    """One open browser: whose records it may hear of (None: everybody's), and what waits for it."""

    seen_owner: UUID | None
    queue: "asyncio.Queue[bytes]" = field(default_factory=lambda: asyncio.Queue(QUEUE))
    lost: bool = False

    def hear(self, line: Line) -> None:
        """Queue a line this listener may know of. A listener that is too slow is told to load anew instead."""
        wire = what_may_be_heard(line, self.seen_owner)
        if wire is None or self.lost:
            return
        try:
            self.queue.put_nowait(wire)
        except asyncio.QueueFull:
            self.lost = True


def what_may_be_heard(line: Line, seen_owner: UUID | None) -> bytes | None:
    """The bytes a listener may get of a line: all, only that a record is gone from their view, or nothing."""
    if seen_owner is None or not line.kind.startswith(OWNED) or line.owner_id == seen_owner:
        return line.wire
    return line.gone if line.owner_before_id == seen_owner else None


class Hub:
    """All listeners of one process."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._told: dict[str, tuple[int, deque[int]]] = {}
        self._watch = Watch(self._noticed)
        self._loop: asyncio.AbstractEventLoop | None = None

    def join(self, place: Place, listener: Listener, last: int) -> None:
        """Begin to hear. `last` is the newest id of the outbox at this moment."""
        self._loop = asyncio.get_running_loop()
        circle = self._listeners.setdefault(place.key, set())
        if not circle:
            self._told[place.key] = last, deque(maxlen=LOOK_BACK * 2)
            self._watch.add(place)
        circle.add(listener)

    def leave(self, place: Place, listener: Listener) -> None:
        """Stop hearing."""
        circle = self._listeners.get(place.key, set())
        circle.discard(listener)
        if not circle:
            self._listeners.pop(place.key, None)
            self._watch.drop(place)

    def _noticed(self, place: Place) -> None:
        # On the watch's thread, inside the instance.
        last, told = self._told.get(place.key, (0, deque()))
        fresh = [
            line for line in lines_since(max(0, last - LOOK_BACK)) if line.id not in told and (line.id > last or told)
        ]
        if not fresh or self._loop is None:
            return
        told.extend(line.id for line in fresh)
        self._told[place.key] = max(last, fresh[-1].id), told
        self._loop.call_soon_threadsafe(self._fan_out, place.key, fresh)

    def _fan_out(self, key: str, fresh: Sequence[Line]) -> None:
        for listener in self._listeners.get(key, ()):
            for line in fresh:
                listener.hear(line)


def lines_since(last: int, limit: int = 1000) -> list[Line]:
    """The lines of the current instance's outbox after an id, oldest first."""
    rows = Outbox.objects.filter(id__gt=last).order_by("id").values_list(
        "id", "kind", "subject_id", "owner_id", "owner_before_id", "by_id", "data"
    )[:limit]  # fmt: skip
    return [_line(*row) for row in rows]


def newest() -> int:
    """The newest id of the current instance's outbox, 0 when it is empty."""
    return Outbox.objects.order_by("-id").values_list("id", flat=True).first() or 0


def replay(place: Place, since: int, seen_owner: UUID | None) -> tuple[int, list[bytes] | None]:
    """The newest id, and what a browser missed since `since`; None when it was too much and it should load anew."""
    with inside(place):
        last = newest()
        missed = lines_since(since, REPLAY + 1) if since else []
    if len(missed) > REPLAY or since > last:  # a browser from before the database was put back or moved
        return last, None
    heard = [what_may_be_heard(line, seen_owner) for line in missed]
    return last, [wire for wire in heard if wire is not None]


def _line(
    id: int,
    kind: str,
    subject_id: UUID | None,
    owner_id: UUID | None,
    owner_before_id: UUID | None,
    by_id: UUID | None,
    data: Any,
) -> Line:
    told = {"kind": kind, "subject": str(subject_id or ""), "by": str(by_id or ""), **data}
    gone = {"kind": kind, "subject": str(subject_id or ""), "by": "", "gone": True}
    return Line(id, kind, owner_id, owner_before_id, _wire(id, told), _wire(id, gone))


def _wire(id: int, told: dict[str, Any]) -> bytes:
    return f"id: {id}\nevent: live\ndata: {json.dumps(told, separators=(',', ':'))}\n\n".encode()
