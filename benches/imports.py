"""Importing: rows read, judged, written and taken back in a second."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benches.report import Report

ROWS, MANY = 10_000, 200_000


def measure(report: Report) -> None:
    """10,000 rows all the way and back; then 200,000 rows read and proposed."""
    from django.conf import settings

    from pivotino.instance.exchange.reading import open_sheet
    from pivotino.instance.members.models import Member
    from pivotino.kit.ids import uuid7
    from pivotino.tenancy import inside, provision
    from tests.instance.exchange import shape
    from tests.plugins.engines import ENGINE

    with TemporaryDirectory() as folder:
        settings.VAR_DIR = Path(folder)
        short = shape.write_pipeline(Path(folder) / "short.csv", rows=ROWS)
        long = shape.write_pipeline(Path(folder) / "long.csv", rows=MANY)
        spent = seconds(lambda: open_sheet(long).count())
        report.add(f"{ENGINE}: rows of a CSV read", MANY / spent, "rows/s", least=50_000)
        instance = make_instance(uuid7())
        with inside(instance):
            by = Member.objects.get()
            all_the_way(report, ENGINE, short, by)
            one = brought(long, by)
            spent = seconds(lambda: proposed(one))
            report.add(f"{ENGINE}: {MANY:,} rows proposed", MANY / spent, "rows/s", least=3_000)
        provision.destroy(instance.place)


def all_the_way(report: Report, engine: str, path: Path, by: Any) -> None:
    from pivotino.instance.exchange.applying import apply
    from pivotino.instance.exchange.models import Import
    from pivotino.instance.exchange.starting import start_applying, start_taking_back
    from pivotino.instance.exchange.takeback import take_back
    from pivotino.instance.pipeline import totals
    from pivotino.instance.pipeline.models import Opportunity

    one = brought(path, by)
    spent = seconds(lambda: proposed(one))
    report.add(f"{engine}: {ROWS:,} new rows proposed", ROWS / spent, "rows/s", least=3_000)
    start_applying(one, by=by)
    one = Import.objects.get(pk=one.pk)
    spent = seconds(lambda: apply(one))
    report.add(f"{engine}: {ROWS:,} rows applied, with history", ROWS / spent, "rows/s", least=2_000)
    report.add(f"{engine}: {ROWS:,} rows applied, with history", spent, "s", most=5)
    assert (Opportunity.objects.count(), totals.differences()) == (ROWS, [])
    again = brought(path, by)
    spent = seconds(lambda: proposed(again))
    report.add(f"{engine}: {ROWS:,} rows proposed that are here already", ROWS / spent, "rows/s", least=3_000)
    assert Import.objects.get(pk=again.pk).counts == {"same": ROWS}
    start_taking_back(one, by=by, with_touched=False)
    one = Import.objects.get(pk=one.pk)
    spent = seconds(lambda: take_back(one))
    report.add(f"{engine}: {ROWS:,} rows taken back", ROWS / spent, "rows/s", least=1_000)
    assert (Opportunity.objects.count(), totals.differences()) == (0, [])


def brought(path: Path, by: Any) -> Any:
    """The file as an import whose plan is settled."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from pivotino.instance.exchange import plans, uploading
    from pivotino.kit.ids import uuid7

    one = uploading.take_in(SimpleUploadedFile("deals.csv", path.read_bytes()), id=uuid7(), by=by)
    if one.state == "reading":
        plans.look(one)
    return one


def proposed(one: Any) -> None:
    from pivotino.instance.exchange.proposing import propose
    from pivotino.instance.exchange.starting import start_proposing

    start_proposing(one)
    propose(one)


def make_instance(owner: Any) -> Any:
    from django.utils import timezone

    from pivotino.kit.ids import uuid7
    from pivotino.tenancy import registry
    from pivotino.tenancy.lifecycle import Founding, found
    from pivotino.tenancy.models import Instance

    row = Instance(
        slug=f"b{uuid7().hex[-14:]}", name="Bench", bucket=registry.bucket_with_room(), ready_at=timezone.now()
    )
    founding = Founding(company="Bench", country="MY", currency="MYR", zone="Asia/Kuala_Lumpur", account_id=owner, name="Owner",
                        email="owner@bench.example")  # fmt: skip
    found(row.place, founding)
    row.save(force_insert=True)
    return row


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
