"""The register of those who work for us: data first, so that the page and the rules cannot disagree."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

REGISTER: Final = Path(__file__).with_name("processors.toml")


@dataclass(frozen=True, kw_only=True)
class Processor:
    name: str
    role: str
    purpose: str
    shares: str
    region: str
    when: str
    since: date
    hosts: tuple[str, ...]
    privacy: str
    security: str
    terms: str

    @property
    def links(self) -> list[tuple[str, str]]:
        return [("Privacy", self.privacy), ("Security", self.security), ("Terms", self.terms)]


@cache
def processors() -> tuple[Processor, ...]:
    rows = tomllib.loads(REGISTER.read_text(encoding="utf-8"))["processor"]
    return tuple(Processor(**{**row, "hosts": tuple(row["hosts"])}) for row in rows)


def analytics() -> list[Processor]:
    """Services that measure our audience. Empty, and meant to stay so."""
    return [processor for processor in processors() if "analytics" in processor.role.lower()]
