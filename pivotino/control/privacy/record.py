"""The record of processing: what every room does with personal data, from the models' own words and `record.toml`.

We are controller for the rooms of the control plane and processor for those of an instance, whose controller is the
customer. A row of the record is one table; it carries what its room says about basis, readers, recipients and risk.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from pivotino.control.erasures.references import statutes
from pivotino.control.privacy.processors import processors
from pivotino.kit.holds import Holds
from pivotino.tenancy.context import inside
from pivotino.tenancy.models import Instance
from pivotino.tenancy.router import plane_of

FILE: Final = Path(__file__).with_name("record.toml")
YEARS: Final = 2
LAW: Final = "Duty by law"
OURS: Final = "We are"
SECURITY: Final = "A database of its own for each customer; TLS on every way; sealed backups; staff enter with a passkey, for a ticket; a sealed trail of who did what."


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What one room does with personal data, in the words of the file."""

    room: str
    title: str
    basis: str
    seen_by: str
    recipients: tuple[str, ...]
    risk: str
    assessed: date
    purposes: str

    @property
    def is_ours(self) -> bool:
        """True where we are the controller."""
        return plane_of(self.room) == "default"

    @property
    def due(self) -> date:
        """When the assessment is due again: at once where the room has got another purpose since."""
        if self.purposes != fingerprint(self.room):
            return self.assessed
        return self.assessed.replace(year=self.assessed.year + YEARS)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the record: a table with something about people."""

    controller: str
    contact: str
    activity: str
    table: str
    subject: str
    data: str
    purpose: str
    basis: str
    retention: str
    seen_by: str
    recipients: str
    transfers: str
    security: str
    export: str
    erasure: str
    risk: str
    assessment_due: date
    last_written: datetime | None = None

    def plain(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


@cache
def activities() -> dict[str, Activity]:
    """Every room of the file, in its order."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["activity"]
    return {row["room"]: Activity(**{**row, "recipients": tuple(row["recipients"])}) for row in rows}


def holding(room: str = "") -> Iterator[tuple[type[models.Model], Holds]]:
    """The tables with something about people: of one room, or all."""
    for model in apps.get_models():
        holds = getattr(model, "holds", None)
        ours = isinstance(holds, Holds) and holds.personal and holds.subject != "developer"
        if isinstance(holds, Holds) and ours and room in ("", model._meta.app_label):
            yield model, holds


def basis_of(model: type[models.Model]) -> str:
    """Why the law lets us keep this table."""
    kept = statutes().get(model._meta.label)
    if kept:
        return f"{LAW} ({kept.law})"
    activity = activities().get(model._meta.app_label)
    return activity.basis if activity else ""


def ours(*, used: bool = False) -> list[Line]:
    """Our own processing, as controller; then what we do for customers, as processor. `used`: with the last writing of our tables."""
    return [
        _line(model, holds, written=last_written(model) if used and _is_ours(model) else None)
        for model, holds in _in_order()
    ]


def theirs(instance: Instance) -> list[Line]:
    """What is processed in one customer's database: the customer is controller. With the moment each table was last written."""
    found = [(model, holds) for model, holds in _in_order() if not _is_ours(model)]
    with inside(instance.place):
        return [_line(model, holds, controller=instance.name, written=last_written(model)) for model, holds in found]


def by_activity(lines: list[Line]) -> dict[str, list[Line]]:
    """The lines under the activity they belong to, in the order of the record."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.activity, []).append(line)
    return found


def last_written(model: type[models.Model]) -> datetime | None:
    """The newest moment any row of this table carries; asked for now. Inside an instance for its tables."""
    names = [field.name for field in model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    if not names:
        return None
    newest = model._default_manager.aggregate(**{f"newest_{name}": models.Max(name) for name in names})
    now = timezone.now()
    return max((moment for moment in newest.values() if moment and moment <= now), default=None)


def fingerprint(room: str) -> str:
    """Of the purposes of a room: another one is another assessment."""
    said = sorted({holds.purpose for _, holds in holding(room)})
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _transfers(activity: Activity) -> list[str]:
    """Where those who receive it are, and on which ground it may go there."""
    return [f"{one.name}: {one.region} ({one.transfer})" for one in processors() if one.name in activity.recipients]


def _is_ours(model: type[models.Model]) -> bool:
    return plane_of(model._meta.app_label) == "default"


def _in_order() -> list[tuple[type[models.Model], Holds]]:
    order = list(activities())
    return sorted(holding(), key=lambda pair: (not _is_ours(pair[0]), order.index(pair[0]._meta.app_label)))


def _line(model: type[models.Model], holds: Holds, *, controller: str = "", written: datetime | None = None) -> Line:
    activity = activities()[model._meta.app_label]
    basis = basis_of(model)
    return Line(
        controller=OURS if activity.is_ours else controller or "The customer is; we process for them",
        contact=f"{'Controller' if activity.is_ours else 'Processor'}: {settings.OPERATOR.name}, {settings.OPERATOR.address}, {settings.OPERATOR.support}",
        activity=activity.title, table=str(model._meta.verbose_name), subject=holds.subject,
        data=", ".join(name.replace("_", " ") for name in holds.personal), purpose=holds.purpose,
        basis=basis if activity.is_ours else f"The customer names it; towards us: {basis[0].lower()}{basis[1:]}",
        retention=holds.retention, seen_by=activity.seen_by, recipients=", ".join(activity.recipients) or "nobody else",
        transfers="; ".join(_transfers(activity)) or "none", security=SECURITY,
        export=holds.export, erasure=holds.erasure, risk=activity.risk, assessment_due=activity.due, last_written=written,
    )  # fmt: skip
