"""The board at 1,000, 100,000 and 1,000,000 opportunities: in process beside the floor, and over HTTP."""

import os
import time

from django.test import RequestFactory

from benches import floor, load, worlds
from benches.report import Report, p50, timed
from tests.plugins.engines import ENGINE

SIZES = tuple(int(n) for n in os.environ.get("PIVOTINO_BENCH_SIZES", "1000 100000 1000000").split())


def measure(report: Report) -> None:
    """p50 of a whole board page for each size, as a ratio to the floor and to the smallest; then eight people at once."""
    made = {size: worlds.filled(size) for size in SIZES}
    for size, (instance, cookie) in made.items():
        ours, bare, ratio = in_process(instance, cookie)
        report.add(f"{ENGINE}: board in process, {size:,} cards", ours, "ms")
        report.add(f"{ENGINE}: … over the bare floor ({bare:.2f} ms), {size:,} cards", ratio, "×", most=3.5)
    with worlds.served() as port:
        wires = over_http(port, made)
        for size, spent in wires.items():
            report.add(
                f"{ENGINE}: board over HTTP, {size:,} cards, p50", spent, "ms", most=4 if ENGINE == "sqlite" else None
            )
        report.add(
            f"{ENGINE}: board at 1,000,000 over board at 1,000, HTTP p50",
            wires[SIZES[-1]] / wires[SIZES[0]],
            "×",
            most=1.2,
        )
    for workers in (1, 2):
        with worlds.served(workers=workers) as port:
            instance, cookie = made[SIZES[1]]
            path = f"/@{instance.slug}/board/"
            before = worlds.cpu_seconds(port)
            loaded = load.run(port, cookie, lambda number, wire, path=path: lambda: wire.ask("GET", path)[0] == 200)
            busy = (worlds.cpu_seconds(port) - before) * 1000 / len(loaded.spent)
            report.add(f"{ENGINE}: processor time of the server a board, 8 people, {workers} process", busy, "ms")
            report.add(
                f"{ENGINE}: boards a second, 8 people, 100,000 cards, {workers} process", loaded.per_second, "/s",
                least=450 if workers == 2 else None,
            )  # fmt: skip
            report.add(f"{ENGINE}: … answers that were not a board", loaded.failures, "", most=0)


def in_process(instance: worlds.Instance, cookie: str) -> tuple[float, float, float]:
    """Milliseconds of the page through Django's own handler, of the floor, and their ratio, measured in turn."""
    from django.core.handlers.base import BaseHandler
    from django.utils import timezone

    from pivotino.instance.history.sql import NOBODY
    from pivotino.tenancy import inside

    handler = BaseHandler()
    handler.load_middleware()
    path = f"/@{instance.slug}/board/"

    def page() -> None:
        request = RequestFactory().get(path, headers={"Cookie": cookie, "Host": "localhost"})
        assert handler.get_response(request).status_code == 200

    nobody = NOBODY.hex if ENGINE == "sqlite" else NOBODY

    def bare() -> None:
        with inside(instance):
            floor.board(nobody, timezone.localdate())

    rounds = [(timed(page, 1)[0], timed(bare, 1)[0]) for _ in range(80)]
    return (
        p50([ours for ours, _ in rounds]),
        p50([least for _, least in rounds]),
        p50([ours / least for ours, least in rounds]),
    )


def over_http(port: int, made: dict[int, tuple[worlds.Instance, str]]) -> dict[int, float]:
    """p50 of a page of each size, asked in turn: what else the machine does falls on all of them alike."""
    wires = {size: (load.Wire(port, cookie), f"/@{instance.slug}/board/") for size, (instance, cookie) in made.items()}
    spent: dict[int, list[float]] = {size: [] for size in made}
    for _ in range(200):
        for size, (wire, path) in wires.items():
            begun = time.perf_counter()
            status, body = wire.ask("GET", path)
            spent[size].append((time.perf_counter() - begun) * 1000)
            assert status == 200 and b"card" in body
    return {size: p50(found) for size, found in spent.items()}
