"""The `pivotino` command: `serve` runs everything, `prepare` makes the databases ready, `work` runs jobs only."""

import argparse
import os
import signal
import subprocess
import sys
import time
from typing import Any

RESTART_SECONDS = 2.0


def main(arguments: list[str] | None = None) -> None:
    """Run one command; anything unknown is passed to Django's own commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="pivotino", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_ = commands.add_parser("serve", help="site, live updates and workers, in one command")
    serve_.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    serve_.add_argument("--host", default="127.0.0.1")
    serve_.add_argument("--single", action="store_true", help="one company on this machine: no site, no plans")
    serve_.add_argument("--no-worker", action="store_true", help="leave the jobs to other processes")
    serve_.add_argument("--prepared", type=int, default=0, help=argparse.SUPPRESS)
    commands.add_parser("prepare", help="bring both planes to this version of the code")
    commands.add_parser("work", help="run jobs until stopped")
    commands.add_parser("check", help="whether this machine is fit: storage, mail, time")
    commands.add_parser("manage", help="Django's own commands", add_help=False)
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.command == "serve":
        if chosen.single:
            os.environ["PIVOTINO_SINGLE"] = "1"
        if not chosen.prepared:
            go_on_prepared(arguments)
        serve(port=chosen.port, host=chosen.host, worker=not chosen.no_worker, processes=chosen.prepared)
    elif chosen.command == "prepare":
        prepare()
    elif chosen.command == "work":
        os.execv(sys.executable, [sys.executable, "-m", "django", "run_jobs"])
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["pivotino", *(["check_machine"] if chosen.command == "check" else rest)])


def prepare() -> None:
    """Migrate the control database, collect the static files, bring every instance to this code's schema. Safe to repeat."""
    import django

    django.setup()
    from django.core.management import call_command

    from pivotino.tenancy import provision
    from pivotino.tenancy.places import buckets
    from pivotino.ui.hashed import collect_hashed

    call_command("migrate", database="default", verbosity=0, interactive=False)
    collect_hashed()
    for bucket in buckets().values():
        provision.prepare(bucket)
    provision.bring_all_up_to_date()


def go_on_prepared(arguments: list[str]) -> None:
    """Prepare, then become a process that only watches its children: it would hold all of the code for nothing."""
    prepare()
    from django.conf import settings

    if settings.SINGLE:
        from pivotino.control.hosting.founding import invitation

        print(invitation(), flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "pivotino", *arguments, "--prepared", str(settings.WEB_WORKERS)])


def serve(*, port: int, host: str, worker: bool, processes: int) -> None:
    """Run the server and the worker as children until a signal comes or the server ends."""
    web = [
        sys.executable, "-m", "granian", "--interface", "asgi", "--host", host, "--port", str(port), "--no-ws",
        "--workers", str(processes), "--log-level", "warning", "--respawn-failed-workers", "config.asgi:application",
    ]  # fmt: skip
    work = [sys.executable, "-m", "django", "run_jobs"]
    children = {"web": (web, subprocess.Popen(web))}
    if worker:
        children["worker"] = (work, subprocess.Popen(work))
    stopping: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, frame: stopping.append(number))
    while not stopping and children["web"][1].poll() is None:
        time.sleep(0.25)
        _mend(children, stopping)
    for _, child in children.values():
        child.terminate()
    for _, child in children.values():
        try:
            child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            child.kill()
    sys.exit(0 if stopping else 1)


def _mend(children: dict[str, Any], stopping: list[int]) -> None:
    # A worker that died is started again; the server ends the whole when it ends.
    if "worker" in children and not stopping:
        command, child = children["worker"]
        if child.poll() is not None:
            time.sleep(RESTART_SECONDS)
            children["worker"] = (command, subprocess.Popen(command))


if __name__ == "__main__":
    main()
