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
    """One third party. `transfer` is the tool under which data may leave for its region, `retention` how long it keeps it,
    `clause` the part of the policy that names it, `cookies` what it sets in a browser, `hosts` what of it we may call."""

    name: str
    role: str
    purpose: str
    shares: str
    categories: tuple[str, ...]
    region: str
    transfer: str
    when: str
    retention: str
    since: date
    contract: date
    clause: str
    cookies: tuple[str, ...]
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
    lists = ("hosts", "categories", "cookies")
    return tuple(Processor(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in rows)
