"""The register of those who work for us: data first, so that the page and the rules cannot disagree."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

REGISTER: Final = Path(__file__).with_name("processors.toml")


@dataclass(frozen=True, kw_only=True)
class Processor:
    """One third party. `transfer` is the tool under which data may leave for its region, `retention` how long it keeps it,
    `clause` the part of the policy that names it, `cookies` what it sets in a browser, `hosts` what of it we may call,
    `scripts` what of it may run in the browser of somebody who agreed."""

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
    scripts: tuple[str, ...] = ()

    @property
    def links(self) -> list[tuple[str, str]]:
        return [("Privacy", self.privacy), ("Security", self.security), ("Terms", self.terms)]


def processors() -> tuple[Processor, ...]:
    """Those of the file, without the ones that need a setting nobody made."""
    return tuple(row for setting, row in _file() if not setting or getattr(settings, setting))


@cache
def _file() -> tuple[tuple[str, Processor], ...]:
    rows = tomllib.loads(REGISTER.read_text(encoding="utf-8"))["processor"]
    lists = ("hosts", "categories", "cookies", "scripts")
    return tuple(
        (row.pop("setting", ""), Processor(**{**row, **{name: tuple(row.get(name, ())) for name in lists}}))
        for row in rows
    )
