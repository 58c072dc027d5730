"""Finding instances by address. Look-ups are kept for two seconds; a freeze or a move waits longer than that."""

import time
from threading import Lock

from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place, buckets

REMEMBERED_SECONDS = 2.0
_remembered: dict[str, tuple[float, Place | None]] = {}
_lock = Lock()


class NoRoom(RuntimeError):
    """Every bucket is full or away. Nothing was reserved."""


def find(slug: str) -> Place | None:
    """The place behind an address, or None where no living instance answers to it."""
    now = time.monotonic()
    kept = _remembered.get(slug)
    if kept and kept[0] > now:
        return kept[1]
    row = Instance.objects.answering().filter(slug=slug).first()
    place = row.place if row else None
    with _lock:
        if len(_remembered) > 10_000:
            _remembered.clear()
        _remembered[slug] = (now + REMEMBERED_SECONDS, place)
    return place


def forget(slug: str = "") -> None:
    """Drop what this process remembers of one address, or of all."""
    if slug:
        _remembered.pop(slug, None)
    else:
        _remembered.clear()


def bucket_with_room() -> str:
    """The first bucket with room for one more instance and nothing wrong with it; raises NoRoom where there is none."""
    from pivotino.tenancy import health

    for name in buckets():
        if health.takes_in(name):
            return name
    raise NoRoom("Every bucket is full or away.")
