"""Five thousand databases on one machine: made, opened in turn, all backed up; time, memory and files along the way.

Half the work of a service is many small customers. What has to stay flat: the time of each, the memory of a process, the
files it holds open. PIVOTINO_BENCH_MANY says another number, PIVOTINO_BENCH_BACKUPS how many of them are backed up.
"""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benches import worlds
from benches.instances import resident
from benches.report import Report, p50, p99

MANY = int(os.environ.get("PIVOTINO_BENCH_MANY", "5000"))
BACKUPS = int(os.environ.get("PIVOTINO_BENCH_BACKUPS", str(MANY)))
PARTS = 5


def measure(report: Report) -> None:
    """Make, open and back up, each with its curve: the median of every fifth part."""
    from django.conf import settings
    from django.db import connections
    from django.utils import timezone

    from pivotino.control.backups import making
    from pivotino.kit.ids import uuid7
    from pivotino.tenancy import provision, registry, spares, walking
    from pivotino.tenancy.lifecycle import Founding, found
    from pivotino.tenancy.models import Instance
    from tests.plugins.engines import ENGINE

    made: list[Instance] = []

    def make(number: int) -> None:
        row = Instance(id=uuid7(), slug=f"m{number:05}", name="Bench", bucket=registry.bucket_with_room())
        row.schema_version, row.ready_at = provision.schema_version(), timezone.now()
        spares.take(row.place)
        found(row.place, Founding(company="Bench", country="MY", currency="MYR", zone="Asia/Kuala_Lumpur", account_id=uuid7(),
                                  name="Owner", email="owner@bench.example"))  # fmt: skip
        row.save(force_insert=True)
        made.append(row)

    wrong = 0

    def touch(number: int) -> None:
        nonlocal wrong
        wrong += any(page.status not in (200, 302) for page in walking.walk(made[number].place))

    def back_up(number: int) -> None:
        making.make(making.ask_for(made[number]))

    worlds.collect_static()
    walking._paths[:] = [lambda: ["/board/"]]
    begun = resident()
    curve(report, f"{ENGINE}: made, ready to sign in", range(MANY), make)
    report.add(f"{ENGINE}: {MANY:,} made, memory grown", resident() - begun, "MiB", most=100)
    order = random.Random(1).sample(range(MANY), MANY)
    curve(report, f"{ENGINE}: opened in turn, the board", order, touch)
    report.add(f"{ENGINE}: {MANY:,} opened in turn, boards that did not open", wrong, "", most=0)
    report.add(f"{ENGINE}: {MANY:,} opened in turn, memory grown", resident() - begun, "MiB", most=150)
    report.add(f"{ENGINE}: {MANY:,} opened in turn, open files", len(os.listdir("/proc/self/fd")), "", most=400)
    curve(report, f"{ENGINE}: backed up, sealed and stored", order[:BACKUPS], back_up)
    report.add(f"{ENGINE}: {BACKUPS:,} backed up, memory grown", resident() - begun, "MiB", most=150)
    for folder in ("instances", "backups"):
        if (there := Path(settings.VAR_DIR) / folder).is_dir():
            each = sum(path.stat().st_size for path in there.rglob("*") if path.is_file()) / MANY / 1024
            report.add(f"{ENGINE}: disk a database, {folder}", each, "KiB")
    for row in made:
        provision.destroy(row.place)
    shutil.rmtree(Path(settings.VAR_DIR) / "backups", ignore_errors=True)
    connections.close_all()


def curve(report: Report, what: str, numbers: Iterable[int], work: Callable[[int], None]) -> None:
    """The median of the first and of the last part, their ratio, the slowest hundredth, and how long all took."""
    spent = []
    for number in numbers:
        begun = time.perf_counter()
        work(number)
        spent.append((time.perf_counter() - begun) * 1000)
    part = max(1, len(spent) // PARTS)
    medians = [p50(spent[start : start + part]) for start in range(0, part * PARTS, part)]
    print(f"{what}: " + ", ".join(f"{median:.1f}" for median in medians) + " ms, part by part", flush=True)
    report.add(f"{what}, p50", p50(spent), "ms")
    report.add(f"{what}, p99", p99(spent), "ms")
    report.add(f"{what}, last fifth over first", medians[-1] / medians[0], "×", most=1.5)
    report.add(f"{what}, all of them", sum(spent) / 1000, "s")
