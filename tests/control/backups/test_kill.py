"""A worker that is killed for real, in the middle of a restore or of an erasure."""

from pathlib import Path

from pivotino.control.backups import jobs, making, restoring
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.erasures import erasing, steps
from pivotino.control.erasures import jobs as erasure_jobs
from pivotino.control.erasures.models import Erasure
from pivotino.tenancy import freezing, remains
from pivotino.tenancy.models import Instance
from tests.control.backups.conftest import names, write
from tests.control.killing import kill_a_worker_in, let_another_go_on


def test_a_restore_killed_at_every_step_ends_as_if_nothing_had_been(atap: Instance, tmp_path: Path) -> None:
    making.make(backup := making.ask_for(atap))
    before = names(atap)
    write(atap, "Wrong import")
    jobs.put_restore_in_line(restoring.ask(atap, backup, by="Nurul Anna"))

    for step in restoring.STEPS:
        kill_a_worker_in("pivotino.control.backups.restoring", step.name, "backups", tmp_path / "sign")
    let_another_go_on("backups", lambda: Restore.objects.filter(done_at__isnull=False).exists())

    assert names(atap) == before
    assert freezing.reasons(atap) == []
    assert [place.generation for place in remains.everywhere(atap.pk)] == [2]
    assert Backup.objects.filter(kind="before").count() == Restore.objects.count() == 1


def test_an_erasure_killed_at_every_step_leaves_nothing_and_one_certificate(atap: Instance, tmp_path: Path) -> None:
    erasure_jobs.put_in_line(erasing.begin(atap, Erasure.Cause.LEFT))

    for step in steps.STEPS:
        kill_a_worker_in("pivotino.control.erasures.erasing", step.name, "erasures", tmp_path / "sign")
    let_another_go_on("erasures", lambda: Erasure.objects.exclude(sha256="").exists())

    assert remains.everywhere(atap.pk) == []
    assert Erasure.objects.count() == 1
