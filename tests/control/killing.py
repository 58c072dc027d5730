"""Workers that are killed for real, in the middle of a step, and the ones that come after them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[2]
# Stops for ever right after one step's work, before anything was written down about it, or right after a function.
WORKER = """
import dataclasses, importlib, json, pathlib, pkgutil, sys, time, django
from django.conf import settings
for name, value in json.loads(sys.argv[1]).items():
    setattr(settings, name, value)
django.setup()
module, name, queue, sign = sys.argv[2:]
steps = importlib.import_module(module)
def stuck(real):
    def work(*given, **more):
        real(*given, **more)
        pathlib.Path(sign).touch()
        time.sleep(600)
    return work
if "." in name:
    owner, _, called = name.rpartition(".")
    setattr(pkgutil.resolve_name(owner), called, stuck(pkgutil.resolve_name(name)))
if "." not in name:
    steps.STEPS = tuple(dataclasses.replace(one, work=stuck(one.work)) if one.name == name else one for one in steps.STEPS)
from django.core.management import call_command
call_command("run_jobs", lease=1.0, queue=[queue])
"""
NEXT = """
import json, sys, django
from django.conf import settings
for name, value in json.loads(sys.argv[1]).items():
    setattr(settings, name, value)
django.setup()
from django.core.management import call_command
call_command("run_jobs", drain=True, queue=[sys.argv[2]])
"""


def environment() -> dict[str, str]:
    """For a process of its own that sees the databases of this test."""
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT), "PIVOTINO_VAR": str(settings.VAR_DIR),
        "PIVOTINO_DATABASE_URL": os.environ.get("PIVOTINO_DATABASE_URL") or f"sqlite:///{connection.settings_dict['NAME']}",
    }  # fmt: skip


def kill_a_worker_in(module: str, step: str, queue: str, sign: Path) -> None:
    """Let a worker of `queue` do its work up to this step of `module.STEPS`, or this function, and kill it there."""
    _let_go_of_databases()
    sign.unlink(missing_ok=True)
    command = [sys.executable, "-c", WORKER, _settings(), module, step, queue, str(sign)]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment())
    try:
        wait_for(sign.exists, meanwhile=lambda: worker.poll() is None)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def let_another_go_on(queue: str, is_over: Callable[[], bool]) -> None:
    """Workers that come when the dead one's lease is over, until it is done."""

    def work() -> bool:
        subprocess.run(
            [sys.executable, "-c", NEXT, _settings(), queue], cwd=ROOT, env=environment(), check=True, timeout=60
        )
        return is_over()

    wait_for(work, pause=0.2)


def wait_for(
    ready: Callable[[], Any], *, meanwhile: Callable[[], bool] = lambda: True, pause: float = 0.05, seconds: float = 90
) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert meanwhile() and time.monotonic() < end, "it never came to that"
        time.sleep(pause)


def _settings() -> str:
    """What the test chose of its own: buckets, and the migrations of a release to come."""
    return json.dumps({name: getattr(settings, name) for name in ("INSTANCE_BUCKETS", "MIGRATION_MODULES")})


def _let_go_of_databases() -> None:
    for database in connections.all():
        database.close()
