"""Asks ClamAV's daemon whether bytes do harm, over its own protocol (INSTREAM). Nothing is written to a disk.

    Daemon.at("unix:/run/clamav/clamd.ctl").look(data)      # "" or what was found; raises Away
    Daemon.at("tcp://127.0.0.1:3310").look(data)

The daemon refuses streams above its StreamMaxLength (25 MB unless changed), which is our largest file too.
"""

import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from pivotino.kit import egress

PIECE = 1 << 16
SECONDS = 20.0
log = logging.getLogger("pivotino.clamav")
_named: set[str] = set()
egress.allow(lambda: _named)


class Away(ConnectionError):
    """The daemon did not answer, or not in a way that says yes or no."""


@dataclass(frozen=True, slots=True)
class Daemon:
    """Where it listens: a socket's path, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def at(cls, address: str) -> Self:
        """Reads `unix:/path` and `tcp://host:port`. Raises ValueError for anything else."""
        if address.startswith("unix:/"):
            return cls(path=address.removeprefix("unix:"))
        parts = urlsplit(address)
        if parts.scheme != "tcp" or not parts.hostname:
            raise ValueError("CLAMAV is written unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310.")
        _named.add(parts.hostname)
        return cls(host=parts.hostname, port=parts.port or 3310)

    def look(self, data: bytes) -> str:
        """What was found in it, "" for nothing. Raises Away."""
        try:
            with self._open() as line:
                line.sendall(b"zINSTREAM\0")
                for at in range(0, len(data), PIECE):
                    piece = data[at : at + PIECE]
                    line.sendall(struct.pack("!L", len(piece)) + piece)
                line.sendall(struct.pack("!L", 0))
                answer = _read(line)
        except OSError as error:
            log.warning("ClamAV does not answer: %s", type(error).__name__)
            raise Away("ClamAV does not answer.") from error
        return _found(answer)

    @contextmanager
    def _open(self) -> Iterator[socket.socket]:
        if self.host:
            with socket.create_connection((self.host, self.port), timeout=SECONDS) as line:
                yield line
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(self.path)
            yield line


def _read(line: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < 4096:
        if not (piece := line.recv(4096)):
            break
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _found(answer: str) -> str:
    said = answer.partition(": ")[2]
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:120]
    log.warning("ClamAV said: %.200s", answer)
    raise Away("ClamAV gave no answer we understand.")
