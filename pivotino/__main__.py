"""The `pivotino` command: `serve` runs everything, `open` shows an export, `prepare` makes the databases ready, `work` runs jobs only."""

import argparse
import os
import sys
from pathlib import Path

from pivotino import serving


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
    open_ = commands.add_parser("open", help="an export, opened on this machine as it was; nothing leaves it")
    open_.add_argument("file", nargs="?", type=Path, help="the .zip as it was downloaded")
    open_.add_argument("--port", type=int, default=8650)
    open_.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what is changed in this folder")
    commands.add_parser("prepare", help="bring both planes to this version of the code")
    commands.add_parser("work", help="run jobs until stopped")
    commands.add_parser("check", help="whether this machine is fit: storage, mail, time")
    commands.add_parser("sandbox", help="the payment provider that plays: no money moves", add_help=False)
    commands.add_parser("manage", help="Django's own commands", add_help=False)
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.command == "serve":
        if chosen.single:
            os.environ["PIVOTINO_SINGLE"] = "1"
        serving.serve(port=chosen.port, host=chosen.host, worker=not chosen.no_worker)
    elif chosen.command == "open":
        from config.opening import open_file

        open_file(chosen.file, port=chosen.port, keep=chosen.keep)
    elif chosen.command == "prepare":
        serving.prepare()
    elif chosen.command == "work":
        os.execv(sys.executable, [sys.executable, "-m", "django", "run_jobs"])
    elif chosen.command == "sandbox":
        os.execv(sys.executable, [sys.executable, "-m", "pivotino.sandbox", *rest])
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["pivotino", *(["check_machine"] if chosen.command == "check" else rest)])


if __name__ == "__main__":
    main()
