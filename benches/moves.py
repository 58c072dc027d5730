"""Moves: one person, and eight at once on one instance, over HTTP, with history, outbox and totals, durably committed.

Each asks for the pieces of the board that the screen renews, as board.js does: the move and its refresh are one request.
"""

import os
import random
import re
import tempfile

from django.conf import settings

from benches import load, worlds
from benches.report import Report, p50, p99, timed
from pivotino.instance.pipeline.pages import HEADER
from tests.plugins.engines import ENGINE


def measure(report: Report) -> None:
    """Moves a second and the slowest of a hundred; every answer must be a move that was made."""
    instance, cookie = worlds.filled(10_000)
    people = 8
    with worlds.inside(instance):
        stages = [str(stage.id) for stage in worlds.Stage.objects.order_by("position")[:4]]
        ids = [
            str(id)
            for id in worlds.Opportunity.objects.filter(stage__position__lte=4).values_list("id", flat=True)[:800]
        ]
    base = f"/@{instance.slug}/opportunities/"
    seen: dict[str, int] = {}

    def look() -> None:
        with worlds.inside(instance):
            found = worlds.Opportunity.objects.filter(pk__in=ids).values_list("id", "version")
            seen.update((str(id), version) for id, version in found)

    def client(number: int, wire: load.Wire) -> "load.Callable[[], bool]":
        dice, own = random.Random(number), ids[number::people]
        versions = dict(seen)

        def move() -> bool:
            id = dice.choice(own)
            body = f"stage={dice.choice(stages)}&version={versions[id]}"
            status, answer = wire.ask("POST", f"{base}{id}/moves/", body, f"HX-Request: true\r\n{HEADER}: \r\n")
            found = re.search(b'id="c-' + id.encode() + rb'"[^>]*data-v="(\d+)"', answer)
            if status != 200 or found is None:
                return False
            versions[id] = int(found.group(1))
            return True

        return move

    disk = p50(timed(committed(), 100))
    report.add(f"{ENGINE}: this disk's time for a durable write of two pages (fsync)", disk, "ms")
    for workers in (1, 2):
        with worlds.served(workers=workers) as port:
            if workers == 1:
                look()
                one = timed(client(0, load.Wire(port, cookie)), 200)
                report.add(f"{ENGINE}: move and refresh, one person, p50", p50(one), "ms", most=5)
                report.add(f"{ENGINE}: … without this disk's fsync", p50(one) - disk, "ms")
            look()
            before = worlds.cpu_seconds(port)
            loaded = load.run(port, cookie, client, people=people, seconds=8)
            busy = (worlds.cpu_seconds(port) - before) * 1000 / len(loaded.spent)
        report.add(f"{ENGINE}: processor time of the server a move, 8 people, {workers} process", busy, "ms")
        report.add(
            f"{ENGINE}: moves a second, 8 people on one instance, {workers} process", loaded.per_second, "/s", least=250
        )
        report.add(f"{ENGINE}: … p99", p99(loaded.spent), "ms", most=100)
        report.add(f"{ENGINE}: … moves that failed", loaded.failures, "", most=0)
    with worlds.inside(instance):
        report.add(
            f"{ENGINE}: … differences between kept totals and a direct count",
            len(worlds.totals.differences()),
            "",
            most=0,
        )


def committed() -> "load.Callable[[], object]":
    """What waiting for this disk costs, whatever we do: eight kilobytes written and forced out, as a commit does."""
    file = tempfile.TemporaryFile(dir=settings.VAR_DIR)  # noqa: SIM115 - closed with the process

    def write() -> None:
        file.write(b"x" * 8192)
        file.flush()
        os.fsync(file.fileno())

    return write
