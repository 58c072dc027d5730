"""Which of our own rows speak of an instance, and what becomes of them when it is erased.

It follows from what each model declares in `holds.erasure`: "row deleted…" and "file …" are deleted here; what statutes.toml names is kept,
with its law; the few that need more have a verb in `forgetting.py`. A test finds every model that is none of these.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

from pivotino.tenancy.models import Instance
from pivotino.tenancy.router import plane_of

FILE = Path(__file__).parent / "statutes.toml"
# They have verbs of their own in forgetting.py, or stay as what they are: the ledger, the register, the inventory.
GOES = ("row deleted", "file and key removed", "file, key and row removed")
APART = frozenset({
    "tenancy.Instance", "erasures.Erasure", "letters.Sent", "jobs.Ticket", "jobs.Night", "backups.Backup", "backups.KeptFile",
    "provisioning.Provisioning", "terminations.Termination", "rights.Demand",
    # Kept by law, and not told on a certificate: some of them may not be spoken of.
    "matters.Hold", "matters.Disclosure",
})  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A sort of row that a law makes us keep, and for how long."""

    model: str
    what: str
    law: str
    years: int


@cache
def statutes() -> dict[str, Kept]:
    """What is kept, by model."""
    return {row["model"]: Kept(**row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["keep"]}


def speaking_of_instances() -> Iterator[tuple[type[Model], str]]:
    """Our own models with a column that names an instance, and that column."""
    for model in apps.get_models():
        if not model.__module__.startswith("pivotino.") or plane_of(model._meta.app_label) != "default":
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is Instance or field.attname == "instance_id":
                yield model, field.attname
                break


def to_delete() -> list[tuple[type[Model], str]]:
    """Those whose rows go, those that lean on others first."""
    found = [
        pair for pair in speaking_of_instances()
        if pair[0]._meta.label not in {*APART, *statutes()} and _erasure(pair[0]).startswith(GOES)
    ]  # fmt: skip
    # Rooms stand in INSTALLED_APPS from the ground up: what stands above leans on what stands below.
    return list(reversed(found))


def undecided() -> list[str]:
    """Models nobody has said anything about. There may be none."""
    decided = {*APART, *statutes(), *(model._meta.label for model, _ in to_delete())}
    return sorted(model._meta.label for model, _ in speaking_of_instances() if model._meta.label not in decided)


def _erasure(model: Any) -> str:
    return str(model.holds.erasure)
