"""Rows that nobody can change unseen: each is sealed to the one before, and what is personal in them lies under a key.

    seal(before, told)            SHA-256 over the seal before, a line feed and the row as canonical JSON
    follow(links)                 reads a chain in order; raises Broken at the first wrong place, names it
    mark(secret, …)               says that a chain ends here; only who has the secret can say it
    close / open_up               personal facts under the key of one person: without it they are noise, the chain stands

The seal is over what lies there, so destroying a key changes no seal. Anybody can check a chain without a secret: the
whole rule is `seal`. No database in here.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Broken(ValueError):
    """A chain does not read as it was written. The message names the first wrong place; `number` is that row's."""

    def __init__(self, says: str, number: int) -> None:
        super().__init__(says)
        self.number = number


class Link(NamedTuple):
    """One row of a chain: its number, everything it says, its seal."""

    number: int
    told: Mapping[str, Any]
    seal: str


class End(NamedTuple):
    """Where a chain ends: the number and the seal of its last row. An empty chain ends at 0 with no seal."""

    number: int = 0
    seal: str = ""


def canonical(told: Any) -> bytes:
    """JSON with sorted keys, without spaces, in UTF-8."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal(before: str, told: Mapping[str, Any]) -> str:
    """The seal of a row that comes after the one sealed `before`."""
    return hashlib.sha256(before.encode() + b"\n" + canonical(told)).hexdigest()


def follow(links: Iterable[Link], *, begin: End = End(), what: str = "row") -> End:  # noqa: B008 - a constant
    """Read links in the order of their numbers and say where they end. Raises Broken."""
    end = begin
    for link in links:
        if link.number <= end.number:
            raise Broken(f"{what.capitalize()} {link.number} is there twice.", link.number)
        if link.number != end.number + 1:
            raise Broken(_missing(what, end.number + 1, link.number - 1), end.number + 1)
        if not hmac.compare_digest(link.seal, seal(end.seal, link.told)):
            raise Broken(f"{what.capitalize()} {link.number} does not read as it was written.", link.number)
        end = End(link.number, link.seal)
    return end


def expect(found: End, known: End, *, what: str = "row") -> None:
    """Raise Broken where a chain ends before a place that is known of it, or reads otherwise at its end."""
    if found.number < known.number:
        raise Broken(_missing(what, found.number + 1, known.number), found.number + 1)
    if found.number == known.number and found.seal != known.seal:
        raise Broken(f"{what.capitalize()} {found.number} is another than it was.", found.number)


def _missing(what: str, first: int, last: int) -> str:
    if first == last:
        return f"{what.capitalize()} {first} is missing."
    return f"The {what}s {first} to {last} are missing."


# --- values ---


def plain(value: Any) -> Any:
    """A value as it reads the same from every database: text, whole numbers, yes and no, lists and names of these."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return moment(value)
    return str(value).replace("\x00", "")


def moment(at: datetime) -> str:
    """A moment as a row tells it: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- where a chain ends, and the root of many ---


def mark(secret: str, book: object, end: End) -> str:
    """Says that the chain of `book` ends here, in a way nobody without the secret can say."""
    return hmac.new(secret.encode(), f"end of {book}: {end.number} {end.seal}".encode(), "sha256").hexdigest()


def is_marked(secrets: Iterable[str], book: object, end: End, marked: str) -> bool:
    """Whether one of these secrets marked this end."""
    return any(hmac.compare_digest(mark(secret, book, end), marked) for secret in secrets)


def root(before: str, lines: Iterable[str]) -> str:
    """One fingerprint of many ends, a line each in sorted order, after the root before."""
    return hashlib.sha256("\n".join([before, *sorted(lines)]).encode()).hexdigest()


# --- personal facts ---


def new_key() -> str:
    """A key for one person."""
    return base64.b64encode(AESGCM.generate_key(256)).decode()


def close(facts: Mapping[str, Any], key: str, subject: UUID) -> str:
    """Facts about a person as text nobody reads without the key."""
    nonce = os.urandom(NONCE)
    box = AESGCM(base64.b64decode(key))
    return base64.b64encode(nonce + box.encrypt(nonce, canonical(facts), subject.bytes)).decode()


def open_up(closed: str, key: str, subject: UUID) -> dict[str, Any] | None:
    """What was closed; None where this is not the key, or there is none any more."""
    if not key:
        return None
    raw = base64.b64decode(closed)
    try:
        told: dict[str, Any] = json.loads(
            AESGCM(base64.b64decode(key)).decrypt(raw[:NONCE], raw[NONCE:], subject.bytes)
        )
    except InvalidTag:
        return None
    return told
