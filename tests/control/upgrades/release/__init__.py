"""Releases to come, for tests: one that adds, one that loses rows, one that cannot be applied."""

GOOD, BAD, BROKEN = ({"contacts": f"tests.control.upgrades.release.{name}"} for name in ("good", "bad", "broken"))
