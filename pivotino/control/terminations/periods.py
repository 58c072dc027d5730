"""The dates of leaving, computed from periods.toml and from how long backups are kept."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from pivotino.control.backups.rotation import rotation

FILE = Path(__file__).parent / "periods.toml"


@dataclass(frozen=True)
class Periods:
    """The rules of one file."""

    grace: timedelta
    reminders: tuple[int, ...]
    last_word: timedelta


@dataclass(frozen=True)
class Dates:
    """Every date of one leaving."""

    begins: datetime
    ends: datetime
    reminders: tuple[datetime, ...]
    backups_gone: datetime


@cache
def periods() -> Periods:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    reminders = tuple(sorted((int(days) for days in said["remind_days_before"]), reverse=True))
    grace, last = timedelta(days=int(said["grace_days"])), timedelta(hours=int(said["hours_after_last_reminder"]))
    return Periods(grace=grace, reminders=reminders, last_word=last)


def dates_from(begins: datetime) -> Dates:
    """All dates of a leaving that begins at this moment."""
    return dates(begins, begins + periods().grace)


def dates(begins: datetime, ends: datetime) -> Dates:
    reminders = tuple(ends - timedelta(days=days) for days in periods().reminders)
    # The last backup is made in the last night; a sweep of the storage comes round every hour.
    return Dates(begins, ends, reminders, ends + rotation().longest + timedelta(days=1))
