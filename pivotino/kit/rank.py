"""Order keys: strings that sort, with room for another between any two. Nothing is ever renumbered.

A key is a fraction written in base 62 without its "0." and without trailing zeros. Keys compare byte by byte: SQLite's
BINARY does, PostgreSQL needs COLLATE "C" on the column. At either end keys stay about six characters for thousands of
millions of rows; only when every new row goes into the same gap does a key grow, by one character in five rows.
"""

import re
import secrets

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)

_END_WIDTH = 6  # 62**6 places for rows added at an end
_VALUE = {digit: value for value, digit in enumerate(DIGITS)}
_KEY = re.compile(r"[0-9A-Za-z]*[1-9A-Za-z]", re.ASCII)


class NotARank(ValueError):
    """A string this module did not make."""


class NotInOrder(ValueError):
    """The two neighbours are equal or the wrong way round."""


def between(a: str | None, b: str | None, *, jitter: int = 0) -> str:
    """A key after `a` and before `b`; None is the open end.

    `jitter` counts the random digits: with 2, two people who use the same gap at once collide once in 3,844 times.
    The column still wants its unique constraint, and the caller a second try.
    """
    _check(a, b)
    if b is None:
        return _step(a, +1, jitter) or _inside(a, b, jitter)
    if a is None:
        return _step(b, -1, jitter) or _inside(a, b, jitter)
    return _inside(a, b, jitter)


def spread(n: int, a: str | None = None, b: str | None = None) -> list[str]:
    """`n` keys in order after `a` and before `b`, as short as they go."""
    _check(a, b)
    if n <= 0:
        return []
    if a is not None and b is not None:
        low, gap, width = _gap(a, b, at_least=n + 1)
        return [_key(low + gap * place // (n + 1), width) for place in range(1, n + 1)]
    if b is None:
        return _run(n, a, forward=True)
    return _run(n, b, forward=False)[::-1]


def _check(a: str | None, b: str | None) -> None:
    for key in (a, b):
        if key is not None and not _KEY.fullmatch(key):
            raise NotARank(repr(key))
    if a is not None and b is not None and a >= b:
        raise NotInOrder(f"{a!r} is not before {b!r}")


def _run(n: int, start: str | None, *, forward: bool) -> list[str]:
    keys: list[str] = []
    for _ in range(n):
        start = between(start, None) if forward else between(None, start)
        keys.append(start)
    return keys


def _step(key: str | None, by: int, jitter: int) -> str:
    """The next place at an open end, or "" when that end is full."""
    place = BASE**_END_WIDTH // 2 if key is None else _number(key, _END_WIDTH) + by
    if not 0 < place < BASE**_END_WIDTH:
        return ""
    if not jitter:
        return _key(place, _END_WIDTH)
    return _key(place * BASE**jitter + 1 + secrets.randbelow(BASE**jitter - 1), _END_WIDTH + jitter)


def _inside(a: str | None, b: str | None, jitter: int) -> str:
    """Halfway, or with jitter a random one of the places around halfway."""
    low, gap, width = _gap(a, b, at_least=BASE**jitter + 1)
    if not jitter:
        return _key(low + gap // 2, width)
    first = low + 1 + (gap - 1 - BASE**jitter) // 2
    return _key(first + secrets.randbelow(BASE**jitter), width)


def _gap(a: str | None, b: str | None, *, at_least: int) -> tuple[int, int, int]:
    """The lower end, the distance and the number of digits at which the distance suffices."""
    width = 0
    while True:
        width += 1
        low = _number(a or "", width)
        gap = (BASE**width if b is None else _number(b, width)) - low
        if gap >= max(at_least, 2):
            return low, gap, width


def _number(key: str, width: int) -> int:
    """The first `width` digits; what follows them is cut, so a place above it is above the whole key."""
    number = 0
    for digit in key[:width].ljust(width, "0"):
        number = number * BASE + _VALUE[digit]
    return number


def _key(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, value = divmod(number, BASE)
        digits.append(DIGITS[value])
    return "".join(reversed(digits)).rstrip("0")
