"""What every request asks of an instance and what hardly ever changes, remembered for two seconds in this process."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from pivotino.tenancy.context import current

Answer = TypeVar("Answer")
REMEMBERED_SECONDS = 2.0
MOST = 20_000
_kept: dict[tuple[str, str], tuple[float, Any]] = {}
_anew: ContextVar[bool] = ContextVar("pivotino_read_anew", default=False)


def remembered(name: str, read: Callable[[], Answer]) -> Answer:
    """What `read` answers in the current instance, at most two seconds old. Whoever gets it must not change it."""
    key, now = (current().key, name), time.monotonic()
    kept = _kept.get(key)
    if kept is not None and kept[0] > now and not _anew.get():
        found: Answer = kept[1]
        return found
    answer = read()
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[key] = now + REMEMBERED_SECONDS, answer
    return answer


def forget(name: str) -> None:
    """After a change: let the next question in this process read it again."""
    _kept.pop((current().key, name), None)


@contextmanager
def read_anew() -> Iterator[None]:
    """In here nothing is taken from memory: what is made now may be kept for longer than two seconds."""
    token = _anew.set(True)
    try:
        yield
    finally:
        _anew.reset(token)


def forget_everything() -> None:
    """Drop all of it."""
    _kept.clear()
