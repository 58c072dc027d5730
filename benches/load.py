"""Clients in processes of their own, each on one connection that stays open; requests bounded in number and time."""

import multiprocessing
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Loaded:
    """What a load found: answers a second, milliseconds of each, and how many were not as expected."""

    per_second: float
    spent: list[float]
    failures: int


class Wire:
    """A plain HTTP/1.1 connection that costs the client as little as possible."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.common = f"Host: localhost\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n"

    def ask(self, method: str, path: str, body: str = "", headers: str = "") -> tuple[int, bytes]:
        """The status and the body of one answer."""
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        head = f"{method} {path} HTTP/1.1\r\n{self.common}{kind}{headers}Content-Length: {len(body)}\r\n\r\n"
        self.socket.sendall((head + body).encode())
        status = int(self.file.readline().split(b" ")[1])
        length, chunked = 0, False
        while (line := self.file.readline()) != b"\r\n":
            name, _, value = line.lower().partition(b":")
            length = int(value) if name == b"content-length" else length
            chunked = chunked or (name == b"transfer-encoding" and b"chunked" in value)
        return status, self._chunks() if chunked else self.file.read(length)

    def _chunks(self) -> bytes:
        pieces = []
        while size := int(self.file.readline(), 16):
            pieces.append(self.file.read(size))
            self.file.readline()
        self.file.readline()
        return b"".join(pieces)


Client = Callable[[int, "Wire"], Callable[[], bool]]


def run(port: int, cookie: str, client: Client, *, people: int = 8, seconds: float = 6.0) -> Loaded:
    """Let `people` clients work for some seconds. `client(number, wire)` returns what one of them repeats; True is well done."""
    fork = multiprocessing.get_context("fork")
    ends: Any = fork.SimpleQueue()
    clients = [
        fork.Process(target=_one, args=(ends, port, cookie, client, number, seconds)) for number in range(people)
    ]
    for process in clients:
        process.start()
    parts = [ends.get() for _ in clients]
    for process in clients:
        process.join()
    spent = [each for part, _ in parts for each in part]
    return Loaded(len(spent) / seconds, spent, sum(failures for _, failures in parts))


def _one(ends: Any, port: int, cookie: str, client: Client, number: int, seconds: float) -> None:
    step = client(number, Wire(port, cookie))
    spent, failures, end = [], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.perf_counter()
        failures += not step()
        spent.append((time.perf_counter() - begun) * 1000)
    ends.put((spent, failures))
