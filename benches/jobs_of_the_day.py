"""What people do besides moving cards: add one, find one; and what the whole costs in memory and at its start."""

import time

from benches import load, worlds
from benches.report import Report, p50, timed
from pivotino.instance.history import search
from pivotino.instance.pipeline.models import Opportunity
from pivotino.tenancy import atomic, inside
from tests.plugins.engines import ENGINE


def measure(report: Report) -> None:
    """Create and search over HTTP with 10,000 cards; memory of web and worker, idle and after a load; time to the first answer."""
    instance, cookie = worlds.filled(10_000)
    with inside(instance), atomic():
        search.index_many([
            (Opportunity.kind, id, owner, title) for id, owner, title in Opportunity.objects.values_list("id", "owner_id", "title")
        ])  # fmt: skip
    worlds.collect_static()
    begun = time.perf_counter()
    with worlds.served(worker=True) as port:
        report.add(f"{ENGINE}: start of the server to its first answer", time.perf_counter() - begun, "s", most=2.5)
        time.sleep(3)
        report.add(f"{ENGINE}: memory of web and worker, idle (PSS)", worlds.memory(port), "MiB", most=150)
        wire, base = load.Wire(port, cookie), f"/@{instance.slug}/"
        numbers = iter(range(10_000))

        def create() -> None:
            body = f"line=Carport%20{next(numbers)}%20RM%2012500"
            status, _ = wire.ask("POST", f"{base}opportunities/", body, "HX-Request: true\r\nPv-Board: \r\n")
            assert status == 200, status

        def find() -> None:  # as the command bar asks
            status, body = wire.ask(
                "GET",
                f"{base}search/?q=number%20{next(numbers)}",
                "",
                "HX-Request: true\r\nHX-Target: command-found\r\n",
            )
            assert status == 200 and b"Solar roof number" in body, status

        report.add(
            f"{ENGINE}: create from the quick line, with the refresh, p50", p50(timed(create, 100)), "ms", most=6
        )
        report.add(f"{ENGINE}: search by words, 10,000 cards, p50", p50(timed(find, 100)), "ms", most=5)
        path = f"{base}board/"
        load.run(port, cookie, lambda number, own: lambda: own.ask("GET", path)[0] == 200, people=8, seconds=5)
        report.add(f"{ENGINE}: memory of web and worker, loaded (PSS)", worlds.memory(port), "MiB", most=220)
