"""A worker that is killed for real, in the middle of a step."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from pivotino.control.accounts.models import Account
from pivotino.control.provisioning.models import Provisioning
from pivotino.letters.models import Kept, Sent
from tests.control.newcomer import EMAIL, Newcomer, accounts_of, counts

pytestmark = pytest.mark.usefixtures("control")
ROOT = Path(__file__).resolve().parents[3]

# A worker that stops for ever right after one step's work, before anything was written down about it.
WORKER = """
import sys, time, dataclasses, pathlib, django
django.setup()
from pivotino.control.provisioning import advancing, steps
name, sign = sys.argv[1], pathlib.Path(sys.argv[2])
def stuck(step):
    def work(provisioning):
        step.work(provisioning)
        sign.touch()
        time.sleep(600)
    return dataclasses.replace(step, work=work) if step.name == name else step
advancing.STEPS = tuple(map(stuck, steps.STEPS))
from django.core.management import call_command
call_command("run_jobs", lease=1.0, queue=["provisioning"])
"""


def environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}


def kill_a_worker_in(step: str, sign: Path) -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER, step, str(sign)], cwd=ROOT, env=environment())
    try:
        end = time.monotonic() + 60
        while not sign.exists():
            assert worker.poll() is None and time.monotonic() < end, "the worker never came to the step"
            time.sleep(0.05)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def let_another_go_on() -> None:
    end = time.monotonic() + 60
    while Provisioning.objects.filter(ready_at__isnull=True).exists():
        assert time.monotonic() < end, "nobody went on"
        command = [sys.executable, "-m", "django", "run_jobs", "--drain", "--queue", "provisioning"]
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, timeout=60)
        time.sleep(0.2)


@pytest.mark.parametrize("step", ["seeded", "welcomed"])
def test_a_killed_worker_leaves_exactly_one_of_everything(mei: Newcomer, tmp_path: Path, step: str) -> None:
    mei.register()
    mei.press()
    connection.close()

    kill_a_worker_in(step, tmp_path / "sign")
    let_another_go_on()

    assert counts() == {"sign-ups": 1, "provisionings": 1, "instances": 1}
    assert accounts_of(EMAIL) == 1
    assert Kept.objects.filter(subject__startswith="Welcome").count() == 1
    assert Sent.objects.filter(key__startswith="welcome:").count() == 1
    password = Kept.objects.get(subject__startswith="Welcome").text.split("First password: ")[1].split()[0]
    assert mei.sign_in(password)["Location"] == "/choose-password/"
    assert Account.objects.get(email=EMAIL).initial_passwords.count() == 1
