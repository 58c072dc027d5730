"""How often something may be tried: a sliding window over Django's cache.

With `SIGN_IN = Limit("sign-in", 10, per=60)`, the eleventh `SIGN_IN.hit(address)` in a minute raises `TooMany`.
"""

import math
import time
from dataclasses import dataclass
from hashlib import blake2b

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache


class TooMany(Exception):
    """Over the limit; after `retry_after` whole seconds the next try passes, if nobody else takes it."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many tries. Wait {_wait(retry_after)} and try again.")
        self.message = str(self)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` hits of one key in any `per` seconds.

    Two counters stand for the window: this period's and the previous one's, weighed by how much of it the window still
    covers. Refused hits do not count, so who waits gets in. Keys are hashed: no address or mail lies in the cache.
    """

    name: str
    most: int
    per: int
    cache: str = "default"

    def hit(self, key: str) -> bool:
        """Count one try and return True, or raise `TooMany`."""
        now = time.time()
        period, passed = divmod(now, self.per)
        before = self._count(key, int(period) - 1)
        used = self._add(key, int(period))
        if before * (1 - passed / self.per) + used <= self.most:
            return True
        self._take_back(key, int(period))
        raise TooMany(self._wait_after(before, used - 1, passed))

    def forget(self, key: str) -> None:
        """Start afresh, for example after the right password."""
        period = int(time.time() // self.per)
        self._store().delete_many([self._slot(key, period), self._slot(key, period - 1)])

    def _wait_after(self, before: int, used: int, passed: float) -> int:
        """Seconds until the weighed sum leaves room for one more."""
        room = self.most - 1 - used
        if room >= 0:
            return max(1, math.ceil(self.per * (1 - room / before) - passed))
        share = 1 - (self.most - 1) / used  # of the next period must pass
        return max(1, math.ceil(self.per - passed + self.per * share))

    def _count(self, key: str, period: int) -> int:
        count: int = self._store().get(self._slot(key, period), 0)
        return count

    def _add(self, key: str, period: int) -> int:
        slot = self._slot(key, period)
        self._store().add(slot, 0, timeout=2 * self.per)
        try:
            return self._store().incr(slot)
        except ValueError:  # thrown out between the two lines by a full cache
            self._store().set(slot, 1, timeout=2 * self.per)
            return 1

    def _take_back(self, key: str, period: int) -> None:
        try:
            self._store().decr(self._slot(key, period))
        except ValueError:
            return

    def _slot(self, key: str, period: int) -> str:
        return f"limit:{self.name}:{blake2b(key.encode(), digest_size=16).hexdigest()}:{period}"

    def _store(self) -> BaseCache:
        return caches[self.cache]


def _wait(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes != 1 else ''}"
