"""How long backups are kept and when the night is, read from rotation.toml."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

FILE = Path(__file__).parent / "rotation.toml"


@dataclass(frozen=True)
class Rotation:
    """The rules of one file: days a kind of backup is kept, and the hours in which the nightly ones are made."""

    days: dict[str, int]
    begins: time
    hours: int

    @property
    def longest(self) -> timedelta:
        """The age no backup outlives."""
        return timedelta(days=max(self.days.values()))

    def until(self, kind: str, taken_at: datetime) -> datetime:
        """When a backup of this kind goes."""
        return taken_at + timedelta(days=self.days[kind])

    def night_of(self, moment: datetime) -> date:
        """The day whose night `moment` belongs to: it begins in the evening and lasts until the next one."""
        moment = moment.astimezone(UTC)
        return moment.date() if moment.time() >= self.begins else moment.date() - timedelta(days=1)

    def minute_of(self, instance_id: UUID, night: date) -> datetime:
        """When a database's turn comes in this night: always at the same minute, and spread evenly over all of them."""
        begins = datetime.combine(night, self.begins, UTC)
        # The last bits of an id are random.
        return begins + timedelta(minutes=instance_id.int % (self.hours * 60))


@cache
def rotation() -> Rotation:
    """The rules as the file says them."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    days = {row["kind"]: int(row["days"]) for row in said["keep"]}
    return Rotation(days=days, begins=time.fromisoformat(said["night"]["from"]), hours=int(said["night"]["hours"]))
