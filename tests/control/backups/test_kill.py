"""A worker that is killed for real, in the middle of a restore or of an erasure."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, connections

from pivotino.control.backups import jobs, making, restoring
from pivotino.control.backups.models import Backup, Restore
from pivotino.control.erasures import erasing
from pivotino.control.erasures import jobs as erasure_jobs
from pivotino.control.erasures.models import Erasure
from pivotino.tenancy import freezing, remains
from pivotino.tenancy.models import Instance
from tests.control.backups.conftest import names, write

ROOT = Path(__file__).resolve().parents[3]
# A worker that stops for ever right after one step's work, before anything was written down about it.
WORKER = """
import sys, time, dataclasses, pathlib, importlib, django
django.setup()
module, name, queue, sign = sys.argv[1:]
steps = importlib.import_module(module)
def stuck(step):
    def work(row):
        step.work(row)
        pathlib.Path(sign).touch()
        time.sleep(600)
    return dataclasses.replace(step, work=work) if step.name == name else step
steps.STEPS = tuple(map(stuck, steps.STEPS))
from django.core.management import call_command
call_command("run_jobs", lease=1.0, queue=[queue])
"""


def environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}


def kill_a_worker_in(module: str, step: str, queue: str, sign: Path) -> None:
    command = [sys.executable, "-c", WORKER, module, step, queue, str(sign)]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment())
    try:
        end = time.monotonic() + 60
        while not sign.exists():
            assert worker.poll() is None and time.monotonic() < end, "the worker never came to the step"
            time.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def let_another_go_on(queue: str, is_over: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not is_over():
        assert time.monotonic() < end, "nobody went on"
        command = [sys.executable, "-m", "django", "run_jobs", "--drain", "--queue", queue]
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, timeout=60)
        time.sleep(0.2)


@pytest.mark.parametrize("step", ["kept", "put", "switched"])
def test_a_killed_restore_ends_as_if_nothing_had_been(atap: Instance, tmp_path: Path, step: str) -> None:
    making.make(backup := making.ask_for(atap))
    before = names(atap)
    write(atap, "Wrong import")
    jobs.put_restore_in_line(restoring.ask(atap, backup, by="Nurul Anna"))
    for database in connections.all():
        database.close()

    kill_a_worker_in("pivotino.control.backups.restoring", step, "backups", tmp_path / "sign")
    let_another_go_on("backups", lambda: Restore.objects.filter(done_at__isnull=False).exists())

    assert names(atap) == before
    assert freezing.reasons(atap) == []
    assert [place.generation for place in remains.everywhere(atap.pk)] == [2]
    assert Backup.objects.filter(kind="before").count() == Restore.objects.count() == 1


@pytest.mark.parametrize("step", ["closed", "database", "people"])
def test_a_killed_erasure_leaves_nothing_and_one_certificate(atap: Instance, tmp_path: Path, step: str) -> None:
    erasure_jobs.put_in_line(erasing.begin(atap, Erasure.Cause.LEFT))
    connection.close()

    kill_a_worker_in("pivotino.control.erasures.erasing", step, "erasures", tmp_path / "sign")
    let_another_go_on("erasures", lambda: Erasure.objects.exclude(sha256="").exists())

    assert remains.everywhere(atap.pk) == []
    assert Erasure.objects.count() == 1
