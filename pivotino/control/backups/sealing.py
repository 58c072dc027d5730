"""A sealed file: squeezed, then encrypted in pieces, so that a large one never lies in memory as a whole.

    "PVB1" · id of the key (8) · salt (16) · { length (4) · piece }

Each file has a key of its own, derived from the installation's key, the salt and the backup's id: a file that was put in
another's place does not open. Every piece is numbered and the last one is marked, so that none can be missing, doubled,
swapped or cut off unseen. Of several keys of the installation the first one seals; each opens what it sealed.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MAGIC, PIECE = b"PVB1", 1 << 20
HEADER = struct.Struct(">4s8s16s")
LENGTH = struct.Struct(">I")
TAG = 16
# Squeezing takes longer than everything else; a third of the size is gone at this level already.
LEVEL = 3


class Broken(RuntimeError):
    """What is sealed does not open: damaged, cut off, changed, or another backup's."""


class NoKey(RuntimeError):
    """It was sealed with a key this installation no longer has."""


def seal(source: Path, target: Path, *, id: UUID) -> None:
    """Write `source`, squeezed and encrypted, to `target`."""
    master = settings.BACKUP_KEYS[0]
    header = HEADER.pack(MAGIC, name_of(master), salt := os.urandom(16))
    box = _box(master, salt, id)
    with open(source, "rb") as plain, open(target, "wb") as sealed:
        os.fchmod(sealed.fileno(), 0o600)
        sealed.write(header)
        for number, (piece, last) in enumerate(_marked(_squeezed(plain))):
            closed = box.encrypt(_nonce(number, last=last), piece, header)
            sealed.write(LENGTH.pack(len(closed)) + closed)
        sealed.flush()
        os.fsync(sealed.fileno())


def unseal(sealed: IO[bytes], target: Path, *, id: UUID) -> tuple[int, str]:
    """Write what `sealed` holds to `target`; returns its size and SHA-256. Raises Broken or NoKey, and leaves no file."""
    told, size = hashlib.sha256(), 0
    try:
        with open(target, "wb") as plain:
            os.fchmod(plain.fileno(), 0o600)
            for piece in _opened(sealed, id):
                told.update(piece)
                size += len(piece)
                plain.write(piece)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return size, told.hexdigest()


def name_of(master: bytes) -> bytes:
    """Eight bytes that tell keys apart and say nothing about them."""
    return hashlib.sha256(b"pivotino backup key " + master).digest()[:8]


def _opened(sealed: IO[bytes], id: UUID) -> Iterator[bytes]:
    header = _read(sealed, HEADER.size)
    magic, name, salt = HEADER.unpack(header)
    if magic != MAGIC:
        raise Broken("This is not a sealed backup.")
    master = next((key for key in settings.BACKUP_KEYS if name_of(key) == name), None)
    if master is None:
        raise NoKey(f"Sealed with key {name.hex()}, which is not among this installation's keys.")
    box, loosen, number, last = _box(master, salt, id), zlib.decompressobj(wbits=31), 0, False
    while not last:
        closed = _read(sealed, _length(sealed))
        piece, last = _piece(box, number, closed, header)
        number += 1
        try:
            yield loosen.decompress(piece)
        except zlib.error as error:
            raise Broken("What was sealed cannot be read.") from error
    if sealed.read(1) or not loosen.eof:
        raise Broken("It does not end where it should.")


def _piece(box: AESGCM, number: int, closed: bytes, header: bytes) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return box.decrypt(_nonce(number, last=last), closed, header), last
        except InvalidTag:
            continue
    raise Broken(f"Piece {number} was damaged or changed.")


def _length(sealed: IO[bytes]) -> int:
    (length,) = LENGTH.unpack(_read(sealed, LENGTH.size))
    if not TAG <= length <= PIECE + TAG:
        raise Broken("A piece has an impossible length.")
    return int(length)


def _read(sealed: IO[bytes], size: int) -> bytes:
    found = sealed.read(size)
    while found and len(found) < size:
        if not (more := sealed.read(size - len(found))):
            break
        found += more
    if len(found) != size:
        raise Broken("It ends too early.")
    return found


def _squeezed(plain: IO[bytes]) -> Iterator[bytes]:
    squeeze, held = zlib.compressobj(LEVEL, wbits=31), b""
    while piece := plain.read(PIECE):
        held += squeeze.compress(piece)
        while len(held) >= PIECE:
            yield held[:PIECE]
            held = held[PIECE:]
    held += squeeze.flush()
    for start in range(0, len(held), PIECE):
        yield held[start : start + PIECE]


def _marked(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one."""
    before = next(pieces)
    for piece in pieces:
        yield before, False
        before = piece
    yield before, True


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">3xQB", number, last)


def _box(master: bytes, salt: bytes, id: UUID) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"pivotino backup " + id.bytes)
    return AESGCM(derive.derive(master))
