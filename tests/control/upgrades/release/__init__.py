"""Releases to come, for tests: one that adds, one that loses rows, one that cannot be applied."""

from pathlib import Path

from pivotino.instance.contacts import migrations

GOOD, BAD, BROKEN = ({"contacts": f"tests.control.upgrades.release.{name}"} for name in ("good", "bad", "broken"))
# What they come after.
NEWEST = max(path.stem for path in Path(migrations.__path__[0]).glob("0*.py"))
