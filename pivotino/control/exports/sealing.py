"""A file that opens with one key only, written as a stream and read from anywhere in it.

    "PVX1" · salt (16) · { piece (64 KiB) · tag (16) }

The key of a file is made from the row's key and the salt, so a second try never meets the same numbers. Pieces are
numbered and the last one is marked: none can be missing, doubled, swapped or cut off unseen.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC, SALT, PIECE, TAG = b"PVX1", 16, 1 << 16, 16
HEAD = len(MAGIC) + SALT


class Broken(Exception):
    """What is sealed does not open: damaged, cut off, or of another key."""


def new_key() -> str:
    """A fresh key, as a row keeps it."""
    return secrets.token_hex(32)


@contextmanager
def sealed(path: Path, key: str) -> "Iterator[Sealing]":
    """A stream into a sealed file; when the block ends well the file is whole and on the disk, else it is gone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            sealing = Sealing(file, key)
            yield sealing
            sealing.finish()
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class Sealing(io.RawIOBase):
    """Seals what is written to it. `size` and `sha256` are of what went in."""

    def __init__(self, file: IO[bytes], key: str) -> None:
        salt = os.urandom(SALT)
        file.write(MAGIC + salt)
        self._file, self._box, self._salt = file, _box(key, salt), salt
        self._held, self._number = bytearray(), 0
        self._sha, self.size = hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._sha.update(piece)
        self.size += len(piece)
        self._held += piece
        # The last piece is marked as such, so one is always held back.
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(piece)

    def finish(self) -> None:
        self._put(bytes(self._held), last=True)

    @property
    def sha256(self) -> str:
        return self._sha.hexdigest()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._box.encrypt(_nonce(self._number, last=last), piece, MAGIC))
        self._number += 1


class Unsealed(io.RawIOBase):
    """A sealed file as it was, to be read from anywhere. Raises Broken where it does not open."""

    def __init__(self, path: Path, key: str) -> None:
        self._file = open(path, "rb")  # noqa: SIM115 - closed with this object
        head = self._file.read(HEAD)
        if len(head) != HEAD or not head.startswith(MAGIC):
            self._file.close()
            raise Broken("This is not one of our sealed files.")
        self._box = _box(key, head[len(MAGIC) :])
        body = os.fstat(self._file.fileno()).st_size - HEAD
        self._pieces = max(1, -(-body // (PIECE + TAG)))
        self.size = body - self._pieces * TAG
        self._at, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, target: Any) -> int:
        view = memoryview(target)
        if self._at >= self.size or not len(view):
            return 0
        number, within = divmod(self._at, PIECE)
        found = self._open(number)[within : within + len(view)]
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _open(self, number: int) -> bytes:
        if number != self._number:
            self._file.seek(HEAD + number * (PIECE + TAG))
            closed = self._file.read(PIECE + TAG)
            try:
                self._piece = self._box.decrypt(_nonce(number, last=number == self._pieces - 1), closed, MAGIC)
            except InvalidTag as error:
                raise Broken("A piece of this file does not open.") from error
            self._number = number
        return self._piece


def unsealed(path: Path, key: str) -> io.BufferedReader:
    """The same, reading as much as was asked for."""
    return io.BufferedReader(Unsealed(path, key), PIECE)


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes([last]) + number.to_bytes(11, "big")


def _box(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"pivotino export").derive(bytes.fromhex(key)))
