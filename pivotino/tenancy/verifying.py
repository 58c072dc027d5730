"""Is a database after a change what it was before: rows by table, keys, what the business adds up to, pages that open.

A room registers totals as plain statements, so that they can be asked before and after a change of the schema:

    adds_up("Opportunities by stage", "SELECT stage_id, COUNT(*), SUM(amount_minor) FROM pipeline_opportunity GROUP BY 1")
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.db import connections

from pivotino.tenancy import snapshots, walking
from pivotino.tenancy.context import inside
from pivotino.tenancy.places import Place

# Django's own list of migrations grows with every version.
GROWS = frozenset({"django_migrations"})
_totals: dict[str, str] = {}
_free: set[str] = set()


def adds_up(says: str, statement: str) -> None:
    """Register a total of the business: what it is called, and one SELECT whose rows may not change."""
    _totals[says] = statement


def may_change(table: str) -> None:
    """This table may hold another number of rows after a migration: one that is filled or emptied by it on purpose."""
    _free.add(table)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a database holds at one moment."""

    rows: dict[str, int]
    # The digest of what came out: sums of a customer's business are not ours to keep.
    totals: dict[str, str]

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        return cls(rows=kept["rows"], totals=kept["totals"])

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(kw_only=True)
class Report:
    """What was compared and what came out, for people. `problems` is empty where all is well."""

    tables: int
    rows: int
    totals: int
    grown: dict[str, list[int]] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def look(place: Place) -> Look:
    """Count and add up what is in the database of `place`."""
    return Look(
        rows=snapshots.counts(place), totals={says: _asked(place, statement) for says, statement in _totals.items()}
    )


def compare(before: Look, place: Place, *, walks: bool = True, tables: set[str] | None = None) -> Report:
    """Look at the database of `place` and compare it with what was there before; of the tables only these, if named."""
    after = look(place)
    report = Report(tables=len(before.rows), rows=sum(before.rows.values()), totals=len(before.totals))
    report.added = sorted(after.rows.keys() - before.rows.keys())
    for table, count in before.rows.items():
        now = after.rows.get(table)
        if now == count or (tables is not None and table not in tables):
            continue
        report.grown[table] = [count, now or 0]
        if table not in GROWS | _free:
            report.problems.append(_said(table, count, now))
    report.problems += [f"{says} came out differently." for says in _differing(before, after)]
    report.problems += snapshots.problems(place)
    if walks:
        look_at_pages(report, place)
    return report


def look_at_pages(report: Report, place: Place) -> None:
    """Open the pages and note how they answered."""
    for seen in walking.walk(place):
        report.pages.append(asdict(seen))
        if not seen.is_well:
            report.problems.append(f"The page {seen.path} answers {seen.status}.")


def _asked(place: Place, statement: str) -> str:
    with inside(place), connections["instance"].cursor() as cursor:
        cursor.execute(statement)
        lines = sorted([str(_plain(value)) for value in row] for row in cursor.fetchall())
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The same words on both engines: ids without dashes, sums as whole numbers."""
    if hasattr(value, "hex") and not isinstance(value, float):
        return value.hex
    return int(value) if hasattr(value, "as_tuple") and value == value.to_integral_value() else value


def _differing(before: Look, after: Look) -> Iterable[str]:
    return [says for says, rows in before.totals.items() if after.totals.get(says) != rows]


def _said(table: str, count: int, now: int | None) -> str:
    if now is None:
        return f"The table {table} is gone; it held {count} rows."
    return f"The table {table} held {count} rows and holds {now} now."
