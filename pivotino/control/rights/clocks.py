"""Until when a demand must be answered. The laws and their days stand in clocks.toml."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("clocks.toml")


@dataclass(frozen=True, kw_only=True)
class Law:
    """One law. Without `countries` it holds for everybody."""

    name: str
    countries: tuple[str, ...]
    days: int

    @property
    def time(self) -> timedelta:
        return timedelta(days=self.days)


def law_for(country: str) -> Law:
    """The law with the shortest time among those that hold for somebody there."""
    return min((one for one in laws() if not one.countries or country in one.countries), key=lambda one: one.days)


def for_everybody() -> timedelta:
    """The longest anybody waits: what holds where no other law is shorter."""
    return law_for("").time


@cache
def laws() -> tuple[Law, ...]:
    return tuple(Law(**{**row, "countries": tuple(row["countries"])}) for row in _facts()["law"])


def alarms() -> tuple[int, ...]:
    """Per cent of the time, in rising order."""
    return tuple(sorted(_facts()["alarms"]))


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
