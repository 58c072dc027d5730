"""A thousand open browsers on one process: memory and delivery."""

import resource
import selectors
import socket
import time

from benches import worlds
from benches.report import Report, p99
from tests.plugins.engines import ENGINE

LISTENERS = 1000


def measure(report: Report) -> None:
    """Memory (PSS) before and after, and how long an event takes to reach every listener."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    instance, cookie = worlds.filled(1_000)
    with worlds.served() as port:
        before = worlds.memory(port)
        wires = [listen(port, instance.slug, cookie) for _ in range(LISTENERS)]
        time.sleep(3)
        report.add(f"{ENGINE}: {LISTENERS} listeners, memory grown", worlds.memory(port) - before, "MiB", most=100)
        delays = [delay for _ in range(5) for delay in delivered(instance, wires)]
        report.add(f"{ENGINE}: … events that did not arrive", 5 * LISTENERS - len(delays), "", most=0)
        report.add(f"{ENGINE}: … delivery p99", p99(delays), "ms", most=500)
        for wire in wires:
            wire.close()


def listen(port: int, slug: str, cookie: str) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", port))
    wire.sendall(f"GET /@{slug}/live HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    head = b""
    while b"event: hello" not in head:
        head += wire.recv(4096)
    wire.setblocking(False)
    return wire


def delivered(instance: worlds.Instance, wires: list[socket.socket]) -> list[float]:
    """Milliseconds from the commit to each listener."""
    from pivotino.instance.history.recording import tell

    choose = selectors.DefaultSelector()
    for wire in wires:
        choose.register(wire, selectors.EVENT_READ)
    with worlds.inside(instance), worlds.atomic():
        tell("contact.changed", subject_id=worlds.uuid7(), owner_id=None, by=None)
    begun, delays, waiting = time.perf_counter(), [], set(wires)
    while waiting and time.perf_counter() - begun < 5:
        for key, _ in choose.select(0.5):
            wire = key.fileobj
            if b"event: live" in wire.recv(65536) and wire in waiting:  # type: ignore[union-attr]
                waiting.discard(wire)  # type: ignore[arg-type]
                delays.append((time.perf_counter() - begun) * 1000)
    return delays
