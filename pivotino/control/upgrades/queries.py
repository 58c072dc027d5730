"""What the page about upgrades shows."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from django.db import DatabaseError

from pivotino.control.upgrades.bringing import STEPS as BRINGING
from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.control.upgrades.trying import STEPS as TRYING
from pivotino.jobs import nights
from pivotino.jobs.steps import Shown, shown
from pivotino.tenancy import inside, provision
from pivotino.tenancy.models import Instance


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One database and its versions."""

    is_behind: bool
    has: str
    newest: str
    trial: Trial | None
    trial_steps: list[Shown]
    upgrade: Upgrade | None
    upgrade_steps: list[Shown]
    past: list[Upgrade]

    @property
    def is_moving(self) -> bool:
        """Whether the page should look again by itself."""
        return bool(
            (self.trial and self.trial.is_being_made)
            or (self.upgrade and self.upgrade.opened_at is None and self.upgrade.is_due)
        )


def overview(instance: Instance) -> Overview:
    """Everything about the versions of this database."""
    trial = Trial.objects.filter(instance=instance, rehearsal=False).first()
    upgrade = Upgrade.objects.open().filter(instance=instance).first()
    past = [one for one in Upgrade.objects.filter(instance=instance)[:20] if one.is_over]
    return Overview(
        is_behind=instance.schema_version != provision.schema_version(),
        has=instance.schema_version, newest=provision.schema_version(), trial=trial,
        trial_steps=shown(trial, TRYING) if trial and trial.is_being_made else [],
        upgrade=upgrade, upgrade_steps=shown(upgrade, BRINGING) if upgrade else [], past=past,
    )  # fmt: skip


def zone_of(instance: Instance) -> tzinfo:
    """The clock of the company; UTC where its database does not answer."""
    try:
        with inside(instance):
            return nights.zone()
    except DatabaseError:
        return UTC


def report_lines(report: dict[str, Any]) -> list[tuple[str, str]]:
    """A report for people: what was compared, and what came out."""
    if not report:
        return []
    pages = report.get("pages", [])
    lines = [
        ("Tables compared", f"{report['tables']:,}"), ("Rows counted", f"{report['rows']:,}"),
        ("Sums of the business compared", f"{report['totals']:,}"),
        ("Pages opened", f"{len(pages):,}" + (f", the slowest in {max(page['milliseconds'] for page in pages):,} ms" if pages else "")),
    ]  # fmt: skip
    if report.get("added"):
        lines.append(("New in this version", ", ".join(report["added"])))
    lines += [("Not as it should be", problem) for problem in report.get("problems", [])]
    return lines
