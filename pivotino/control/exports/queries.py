"""What the pages of the exports room show."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pivotino.control.exports.models import Download, Export, Rehearsal
from pivotino.tenancy.models import Instance
from pivotino.tenancy.packing import shape

MOST = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of a sort."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One export as its page shows it."""

    export: Export
    mine: bool
    who: str
    counts: list[Counted]
    downloads: list[Download]
    rehearsal: Rehearsal | None

    @property
    def is_busy(self) -> bool:
        """Something is going on that the page waits for."""
        return not self.export.is_over or (self.rehearsal is not None and self.rehearsal.ended_at is None)


def exports_of(instance: Instance, account_id: UUID) -> list[Shown]:
    """The newest exports of a database, each with who asked for it and who downloaded it."""
    found = Export.objects.filter(instance=instance).select_related("requested_by", "instance")
    found = found.prefetch_related("downloads__account", "rehearsals")[:MOST]
    return [
        Shown(
            export, export.belongs_to(account_id), export.requested_by.name if export.requested_by else "somebody who left",
            counted(export.counts), list(export.downloads.all()), next(iter(export.rehearsals.all()), None),
        )
        for export in found
    ]  # fmt: skip


def counted(counts: dict[str, int]) -> list[Counted]:
    """The sorts people know, the most numerous first; ties between rows are left out."""
    known = {one.label: one for one in shape.everything()}
    named = [
        Counted(_name(known[label].model._meta, count), count)
        for label, count in counts.items()
        if count and label in known and not known[label].model._meta.auto_created
    ]
    return sorted(named, key=lambda one: (-one.count, one.name))


def _name(meta: Any, count: int) -> str:
    """Of one or of many, where Django only adds an s."""
    if count == 1:
        return str(meta.verbose_name)
    name = str(meta.verbose_name_plural)
    return f"{name[:-2]}ies" if name.endswith("ys") and name[-3] not in "aeiou" else name
