"""Opaque ids. A UUIDv7 starts with the millisecond it was made in, so rows made later sort later."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new id that is larger than every id this process made before, with 62 random bits."""
    global _last
    # 60 bits of time: milliseconds and 12 bits of their fraction, kept strictly rising within a process.
    tick = time.time_ns() * 4096 // 1_000_000
    with _lock:
        _last = tick = max(tick, _last + 1)
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62
    return UUID(int=value | int.from_bytes(os.urandom(8), "big") >> 2)
