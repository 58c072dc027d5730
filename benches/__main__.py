"""`python -m benches [name …]`: runs the benches on SQLite and on PostgreSQL, each in a process of its own."""

import os
import subprocess
import sys

from benches.report import KEPT, Report

BENCHES = (
    "instances",
    "board",
    "moves",
    "listeners",
    "imports",
    "browser",
    "drag",
    "jobs_of_the_day",
    "exports",
    "five_thousand",
    "visits",
    "campaigns",
)


def main(arguments: list[str]) -> None:
    """Without an engine in the environment: run every engine in turn. With one: run the chosen benches on it."""
    chosen = [name for name in arguments if name in BENCHES] or list(BENCHES)
    if "PIVOTINO_TEST_ENGINE" not in os.environ:
        for engine in ("sqlite", "postgres"):
            subprocess.run(
                [sys.executable, "-m", "benches", *chosen],
                env={**os.environ, "PIVOTINO_TEST_ENGINE": engine},
                check=False,
            )
        return
    os.environ["PIVOTINO_TEST_DURABLE"] = "1"
    import tests.plugins.engines  # noqa: F401 - chooses the databases before Django starts

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["PIVOTINO_DEBUG"] = "0"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="default", verbosity=0, interactive=False)
    from benches.worlds import collect_static

    collect_static()
    report = Report()
    for name in chosen:
        print(f"\n{name} on {os.environ['PIVOTINO_TEST_ENGINE']}", flush=True)
        __import__(f"benches.{name}", fromlist=["measure"]).measure(report)
    report.keep(KEPT.with_name(f"benches.{os.environ['PIVOTINO_TEST_ENGINE']}.json"))


if __name__ == "__main__":
    main(sys.argv[1:])
