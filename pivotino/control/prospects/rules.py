"""What may be done with an address, by where it came from and where its owner is. The facts stand in rules.toml."""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, kw_only=True)
class Sort:
    """A kind of source. `harvested`: nobody handed the address over. `own`: its owner did, to us, with a proof."""

    harvested: bool
    own: bool
    says: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One law, or those of many countries that say the same. `allows` are the bases on which a letter may leave."""

    countries: tuple[str, ...]
    allows: frozenset[str]
    law: str
    says: str


def sort_of(kind: str) -> Sort:
    return Sort(**_facts()["kind"][kind])


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule; the last one is for all other countries."""
    rows = _facts()["rule"]
    found = [Rule(**{**row, "countries": tuple(row["countries"]), "allows": frozenset(row["allows"])}) for row in rows]
    return tuple(sorted(found, key=lambda rule: not rule.countries))


def rule_for(country: str) -> Rule:
    """The rule of a country; the strictest where nobody knows the country or its law."""
    return next((rule for rule in rules() if country in rule.countries), rules()[-1])


def why_not(*, country: str, basis: str) -> str:
    """The sentence that keeps a letter of marketing from leaving on this basis to this country, or nothing."""
    rule = rule_for(country)
    return "" if basis in rule.allows else f"{rule.says} ({rule.law})"


def kept_for(*, told: bool) -> timedelta:
    """For how long somebody is kept whom nobody writes to."""
    return timedelta(days=_facts()["keep"]["told" if told else "untold"])


def vouched() -> str:
    """Since when these rules stand, and whether somebody who knows the law compared them with it."""
    facts = _facts()
    who = (
        f"Compared with the laws by {facts['checked']}."
        if facts["checked"]
        else "No lawyer has compared them with the laws yet."
    )
    return f"Written on {facts['written']:%-d %B %Y}. {who}"


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
