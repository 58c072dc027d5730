"""What a machine tells about the age of its patches, and that nothing is guessed."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from pivotino.kit import patches

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def debian(tmp_path: Path) -> Path:
    """A machine that is looked after."""
    for name in ("var/lib/apt/lists", "var/lib/apt/periodic", "var/lib/dpkg", "run", "boot"):
        (tmp_path / name).mkdir(parents=True)
    lists = tmp_path / "var/lib/apt/lists/mirror.example_debian-security_dists_bookworm-security_InRelease"
    lists.write_text("Origin: Debian\nDate: Sat, 21 Nov 2026 00:53:02 UTC\n")
    for name in ("var/lib/apt/periodic/unattended-upgrades-stamp", "var/lib/dpkg/status"):
        (tmp_path / name).write_text("")
        aged(tmp_path / name, days=1)
    return tmp_path


def aged(path: Path, *, days: int) -> None:
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))


def told(root: Path) -> dict[str, bool | None]:
    with time_machine.travel(NOW, tick=False):
        return {one.what: one.late for one in patches.look(root)[:5]}


@pytest.mark.promise("P63")
def test_a_machine_that_is_looked_after_is_fine(debian: Path) -> None:
    assert told(debian) == {
        "List of security updates": False, "Security updates by themselves": False, "Packages of the system": False,
        "Restart": False, "Kernel": None,
    }  # fmt: skip


@pytest.mark.promise("P63")
def test_what_is_too_old_needs_somebody(debian: Path) -> None:
    aged(debian / "var/lib/apt/periodic/unattended-upgrades-stamp", days=4)
    aged(debian / "var/lib/dpkg/status", days=46)
    (debian / "run/reboot-required").write_text("")
    (debian / "boot/vmlinuz-99.9-never").write_text("")

    assert {what for what, late in told(debian).items() if late} == {
        "Security updates by themselves", "Packages of the system", "Restart", "Kernel"
    }  # fmt: skip


@pytest.mark.promise("P63")
def test_what_a_machine_does_not_tell_is_unknown(tmp_path: Path) -> None:
    assert set(told(tmp_path).values()) == {None}
    assert "Django" in {one.what.capitalize() for one in patches.look(tmp_path)}
