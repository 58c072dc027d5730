"""Moves: one person, and eight at once on one instance, over HTTP, with history, outbox and totals, durably committed."""

import random
import re

from benches import load, worlds
from benches.report import Report, p50, p99, timed
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

    def client(number: int, wire: load.Wire) -> "load.Callable[[], bool]":
        dice, own = random.Random(number), ids[number::people]
        versions: dict[str, int] = {}

        def move() -> bool:
            id = dice.choice(own)
            body = f"stage={dice.choice(stages)}&version={versions.get(id, 1)}"
            status, answer = wire.ask("POST", f"{base}{id}/moves/", body, "HX-Request: true\r\n")
            found = re.search(rb'data-version="(\d+)"', answer)
            versions[id] = int(found.group(1)) if found else versions.get(id, 1)
            return status == 200

        return move

    with worlds.served() as port:
        one = timed(client(0, load.Wire(port, cookie)), 100)
        report.add(f"{ENGINE}: move, one person, p50", p50(one), "ms", most=5)
        loaded = load.run(port, cookie, client, people=people, seconds=8)
        report.add(f"{ENGINE}: moves a second, 8 people on one instance", loaded.per_second, "/s", least=250)
        report.add(f"{ENGINE}: … p99", p99(loaded.spent), "ms", most=100)
        report.add(f"{ENGINE}: … moves that failed", loaded.failures, "", most=0)
    with worlds.inside(instance):
        report.add(
            f"{ENGINE}: … differences between kept totals and a direct count",
            len(worlds.totals.differences()),
            "",
            most=0,
        )
