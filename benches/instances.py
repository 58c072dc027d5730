"""New instances, and two thousand of them touched in turn by one process."""

import os
import random
from pathlib import Path

from benches.report import Report, p50, timed


def measure(report: Report) -> None:
    """Time from template to ready to sign in; then memory, open files and answers over 2,000 instances."""
    from django.db import connections
    from django.utils import timezone

    from pivotino.instance.members.models import Member
    from pivotino.kit.ids import uuid7
    from pivotino.tenancy import inside, provision, registry
    from pivotino.tenancy.lifecycle import Founding, found
    from pivotino.tenancy.models import Instance
    from tests.plugins.engines import ENGINE

    def make(owner: str = "Owner") -> Instance:
        row = Instance(
            slug=f"b{uuid7().hex[-14:]}", name="Bench", bucket=registry.bucket_with_room(), ready_at=timezone.now()
        )
        founding = Founding(company="Bench", country="MY", currency="MYR", zone="Asia/Kuala_Lumpur", account_id=uuid7(),
                            name=owner, email="owner@bench.example")  # fmt: skip
        found(row.place, founding)
        row.save(force_insert=True)
        return row

    spent = timed(make, 25)
    report.add(f"{ENGINE}: new instance, template to ready", p50(spent), "ms", most=50 if ENGINE == "sqlite" else 300)
    many = 2000 if ENGINE == "sqlite" else 200
    instances = [make(f"Owner {number}") for number in range(many)]
    memory, wrong = resident(), 0
    dice = random.Random(1)
    for _ in range(2):
        for number, instance in sorted(enumerate(instances), key=lambda pair: dice.random()):
            with inside(instance):
                wrong += Member.objects.get().name != f"Owner {number}"
    files = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    grown = resident() - memory
    report.add(f"{ENGINE}: {many} instances touched in turn, wrong answers", wrong, "", most=0)
    report.add(f"{ENGINE}: {many} instances touched in turn, open files", files, "", most=400)
    report.add(f"{ENGINE}: {many} instances touched in turn, memory grown", grown, "MiB", most=50)
    for instance in instances:
        provision.destroy(instance.place)
    connections.close_all()


def resident() -> float:
    """The MiB this process holds now; the peak would hide what was given back."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
