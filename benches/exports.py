"""A gigabyte in one instance: taken out and taken in by processes of their own, whose memory is looked at."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benches.report import Report

ROWS = int(os.environ.get("PIVOTINO_BENCH_EVENTS", "1100000"))
MOST_MEMORY = 200
WORDS = (
    "roof", "solar", "panel", "offer", "price", "meeting", "visit", "drawing", "Mutiara", "Perak", "invoice", "later", "agreed",
    "called", "again", "sent", "tall", "east",
)  # fmt: skip


def measure(report: Report) -> None:
    """Rows a second and the memory of packing and of unpacking."""
    from django.db import connections

    from benches.worlds import filled
    from pivotino.tenancy import inside, provision
    from tests.plugins.engines import ENGINE

    instance, _ = filled(100_000)
    with inside(instance):
        fill_history(ROWS)
        size = taken(instance.place, ENGINE)
    connections.close_all()
    folder = Path(tempfile.mkdtemp(prefix="pivotino-bench-"))
    try:
        out = apart("take_out", str(instance.pk), str(folder / "all.zip"))
        into = apart("take_in", str(folder / "all.zip"))
    finally:
        shutil.rmtree(folder)
        provision.destroy(instance.place)
    report.add(f"{ENGINE}: the instance that is taken out", size, "MiB")
    report.add(f"{ENGINE}: its file", out["file"], "MiB")
    report.add(f"{ENGINE}: taking it out, memory at most", out["memory"], "MiB", most=MOST_MEMORY)
    report.add(f"{ENGINE}: taking it out", out["rows"] / out["seconds"], "rows/s")
    report.add(f"{ENGINE}: taking it out", out["seconds"], "s")
    report.add(f"{ENGINE}: taking it out, a core busy", out["computed"], "s")
    report.add(f"{ENGINE}: taking it in, memory at most", into["memory"], "MiB", most=MOST_MEMORY)
    report.add(f"{ENGINE}: taking it in", into["rows"] / into["seconds"], "rows/s")
    report.add(f"{ENGINE}: taking it in", into["seconds"], "s")
    report.add(f"{ENGINE}: taking it in, a core busy", into["computed"], "s")


def fill_history(count: int) -> None:
    """So many events with before and after, as years of work leave them."""
    from django.db import transaction

    from pivotino.instance.history.models import Event
    from pivotino.instance.members.models import Member
    from pivotino.instance.pipeline.models import Opportunity
    from pivotino.kit.ids import uuid7
    from pivotino.tenancy import atomic

    dice = random.Random(1)
    cards = list(Opportunity.objects.values_list("pk", flat=True)[:20_000])
    members = list(Member.objects.values_list("pk", flat=True))
    begun = datetime(2024, 1, 1, tzinfo=UTC)
    connection: Any = transaction.get_connection("instance")
    files = connection.vendor == "sqlite"

    def rows() -> Any:
        for number in range(count):
            note = " ".join(dice.choices(WORDS, k=60))
            data = {"before": {"notes": note[:150]}, "after": {"notes": note}, "stage": "New"}
            at = begun + timedelta(seconds=number * 40)
            id, card, by = uuid7(), dice.choice(cards), dice.choice(members)
            values = (id.hex, str(at.replace(tzinfo=None)), card.hex, by.hex) if files else (id, at, card, by)
            yield (values[0], values[1], "opportunity.edited", "opportunity", values[2], values[3], json.dumps(data))

    columns = "(id, at, verb, subject_kind, subject_id, by_id, data)"
    lines = rows()
    while some := list(islice(lines, 20_000)):
        with atomic(), connection.cursor() as cursor:
            if files:
                cursor.executemany(
                    f"INSERT INTO {Event._meta.db_table} {columns} VALUES (%s, %s, %s, %s, %s, %s, %s)", some
                )
                continue
            with cursor.copy(f"COPY {Event._meta.db_table} {columns} FROM STDIN") as copy:
                for row in some:
                    copy.write_row(row)


def taken(place: Any, engine: str) -> float:
    """The MiB an instance takes on the disk."""
    from django.db import transaction

    if engine == "sqlite":
        return (
            sum(
                Path(f"{place.path}{tail}").stat().st_size
                for tail in ("", "-wal")
                if Path(f"{place.path}{tail}").exists()
            )
            / 2**20
        )
    with transaction.get_connection("instance").cursor() as cursor:
        cursor.execute(
            "SELECT SUM(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind = 'r'", [place.schema],
        )  # fmt: skip
        return float(cursor.fetchone()[0]) / 2**20


def apart(task: str, *given: str) -> dict[str, float]:
    """Run a task in a process of its own and hear what it took."""
    done = subprocess.run(
        [sys.executable, "-m", "benches.exports", task, *given], stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def take_out(instance_id: str, file: str) -> dict[str, float]:
    from pivotino.control.exports.sealing import new_key, sealed, unsealed
    from pivotino.tenancy import packing
    from pivotino.tenancy.models import Instance

    place = Instance.objects.get(pk=instance_id).place
    begun, computed = time.perf_counter(), time.process_time()
    with sealed(Path(f"{file}.sealed"), key := new_key()) as out:
        manifest = packing.pack(place, out)
    spent, computed = time.perf_counter() - begun, time.process_time() - computed
    memory = peak()
    with unsealed(Path(f"{file}.sealed"), key) as closed, open(file, "wb") as plain:
        shutil.copyfileobj(closed, plain)
    rows = sum(manifest.counts.values())
    return {"seconds": spent, "computed": computed, "rows": rows, "memory": memory, "file": out.size / 2**20}


def take_in(file: str) -> dict[str, float]:
    from uuid import UUID

    from pivotino.kit.ids import uuid7
    from pivotino.tenancy import packing, provision
    from pivotino.tenancy.places import Place, buckets

    place = Place(id=UUID(uuid7().hex), slug="bench", name="Bench", bucket=next(iter(buckets().values())))
    provision.create(place)
    try:
        begun, computed = time.perf_counter(), time.process_time()
        manifest = packing.unpack(Path(file), place)
        spent, computed = time.perf_counter() - begun, time.process_time() - computed
    finally:
        provision.destroy(place)
    return {"seconds": spent, "computed": computed, "rows": sum(manifest.counts.values()), "memory": peak()}


def peak() -> float:
    """The most MiB this process ever held."""
    # Not what getrusage says: that counts the process this one was made from.
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    print(json.dumps(take_out(*sys.argv[2:]) if sys.argv[1] == "take_out" else take_in(sys.argv[2])))
