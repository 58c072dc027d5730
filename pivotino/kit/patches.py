"""How old what a machine runs is: read from what apt, dpkg and the kernel leave behind, without asking anybody.

for one in look(): one.what, one.says, one.at, one.late     # late is None where this machine does not tell
"""

import importlib.metadata
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.utils import timezone

FRESH = timedelta(days=3)  # lists and unattended upgrades: daily, and a weekend
OLD = timedelta(days=45)  # a Debian without a single update for so long is not updated
OURS = ("django", "cryptography", "pillow", "psycopg", "django-allauth", "jinja2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """One thing, how old it is, and whether that is too old."""

    what: str
    says: str
    at: datetime | None = None
    late: bool | None = None


def look(root: Path = Path("/")) -> list[Age]:
    """What this machine can tell about its patches. Nothing is guessed: what is not there is unknown."""
    return [_lists(root), _unattended(root), _packages(root), _restart(root), _kernel(root), *_parts()]


def _lists(root: Path) -> Age:
    """When Debian last said which security updates there are, as far as this machine heard."""
    days = [day for path in root.glob("var/lib/apt/lists/*ecurity*InRelease") if (day := _date_of(path))]
    what = "List of security updates"
    return _aged(what, "As Debian published it", max(days, default=None), most=OLD) if days else _unknown(what)


def _unattended(root: Path) -> Age:
    what = "Security updates by themselves"
    stamp = root / "var/lib/apt/periodic/unattended-upgrades-stamp"
    return _aged(what, "Last run", _changed(stamp), most=FRESH) if stamp.exists() else _unknown(what)


def _packages(root: Path) -> Age:
    what = "Packages of the system"
    status = root / "var/lib/dpkg/status"
    return _aged(what, "Last change", _changed(status), most=OLD) if status.exists() else _unknown(what)


def _restart(root: Path) -> Age:
    """The mark unattended-upgrades leaves where an update waits for a restart."""
    marks = [root / "run/reboot-required", root / "var/run/reboot-required"]
    waits = next((mark for mark in marks if mark.exists()), None)
    if waits is not None:
        return Age(what="Restart", says="An update waits for a restart", at=_changed(waits), late=True)
    if not (root / "var/lib/dpkg").exists():
        return _unknown("Restart")
    return Age(what="Restart", says="None is waited for", late=False)


def _kernel(root: Path) -> Age:
    running = platform.release()
    newest = max((path for path in root.glob("boot/vmlinuz-*")), key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        return Age(what="Kernel", says=f"{running} runs; which ones are installed is unknown")
    name = newest.name.removeprefix("vmlinuz-")
    says = f"{running} runs" if name == running else f"{running} runs, {name} is installed"
    return Age(what="Kernel", says=says, at=_changed(newest), late=name != running)


def _parts() -> Iterator[Age]:
    """The parts of ours that meet strangers, as they are installed. Their versions stand in the lock and in every release's list."""
    yield Age(what="Python", says=platform.python_version())
    for name in OURS:
        try:
            yield Age(what=name, says=importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            continue


def _aged(what: str, says: str, at: datetime | None, *, most: timedelta) -> Age:
    return Age(what=what, says=says, at=at, late=at is not None and timezone.now() - at > most)


def _unknown(what: str) -> Age:
    return Age(what=what, says="Unknown: this machine does not tell")


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _date_of(path: Path) -> datetime | None:
    found = re.search(r"^Date: (.+)$", path.read_text(errors="replace")[:4000], re.MULTILINE)
    return parsedate_to_datetime(found[1].replace("UTC", "+0000")) if found else None
