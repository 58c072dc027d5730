"""Collects how the tests that carry a promise ended, into build/promises.json.

    @pytest.mark.promise("P55")

Works with xdist (the ids travel inside each report) and adds up over several runs: what a run did not touch stays,
and each database engine has a page of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.plugins.engines import ENGINE

PROPERTY = "promise"
RANK = {"passed": 0, "skipped": 1, "failed": 2}


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(config.rootpath), "promise-collector")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties += [(PROPERTY, promise) for promise in sorted(set(_promises(item)))]


def _promises(item: pytest.Item) -> Iterator[str]:
    for marker in item.iter_markers("promise"):
        yield from marker.args


class Collector:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "build" / "promises.json"
        self.build = _build(root)
        self.tests: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        carried = [value for name, value in report.user_properties if name == PROPERTY]
        if not carried or (report.when != "call" and report.outcome == "passed"):
            return
        name = report.nodeid
        before = self.tests.get(name, {}).get("outcome", "passed")
        outcome = max(before, report.outcome, key=RANK.__getitem__)
        self.tests[name] = {"promises": carried, "outcome": outcome, "at": _now(), "build": self.build}

    def pytest_sessionfinish(self) -> None:
        if not self.tests:
            return
        self.path.parent.mkdir(exist_ok=True)
        # Two runs may end at the same moment; the second has to add to what the first wrote.
        with self.path.with_suffix(".lock").open("w") as turn:
            flock(turn, LOCK_EX)
            self._add_to_file()

    def _add_to_file(self) -> None:
        known = self._known()
        engine = known["engines"].setdefault(ENGINE, {"tests": {}})
        engine["tests"] = {name: row for name, row in engine["tests"].items() if self._still_there(name)} | self.tests
        fresh = self.path.with_suffix(".tmp")
        fresh.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
        fresh.replace(self.path)

    def _known(self) -> dict[str, Any]:
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
            known["engines"].items()
        except (OSError, ValueError, KeyError, AttributeError):
            return {"engines": {}}
        return known

    def _still_there(self, nodeid: str) -> bool:
        """A test that was renamed or removed must not go on proving anything."""
        file, _, name = nodeid.partition("::")
        function = name.rpartition("::")[2].partition("[")[0]
        source = self.root / file
        return source.is_file() and f"def {function}(" in source.read_text(encoding="utf-8")


def _build(root: Path) -> str:
    """The short name of the commit, with a plus when the tree differs from it."""
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=10"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or os.environ.get("PIVOTINO_BUILD", "")


def _now() -> str:
    """By the clock of the machine, where a test has gone to another day."""
    clock = time_machine.escape_hatch
    return (clock.datetime.datetime if clock.is_travelling() else datetime).now(UTC).isoformat(timespec="seconds")
