"""What personal information there is, drawn from what each table declares: whose, which, why, how long, and how it goes."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pivotino.control.privacy.record import activities, basis_of, holding
from pivotino.kit.holds import Holds

# In the order of the page; a subject nobody named here stands at the end under its own word.
SUBJECTS: Final = {
    "visitor": "Visitors of our pages",
    "subscriber": "People who sign up, and subscribers",
    "account": "Whoever gets a letter from us",
    "recipient": "Whoever wants no more letters",
    "customer": "Customers",
    "prospect": "Possible customers",
    "staff": "Our own staff",
    "member": "Inside an instance: the people who work there",
    "invited person": "Inside an instance: invited colleagues",
    "contact": "Inside an instance: contacts, for whom our customer decides",
}


@dataclass(frozen=True)
class Entry:
    """One table that holds something about people."""

    name: str
    holds: Holds
    fields: tuple[tuple[str, str], ...]
    basis: str
    seen_by: str


@cache
def data_map() -> dict[str, list[Entry]]:
    """Every such table, by whom it is about."""
    found: dict[str, list[Entry]] = {title: [] for title in SUBJECTS.values()}
    for model, holds in holding():
        fields = tuple((field.replace("_", " "), why) for field, why in holds.personal.items())
        title = SUBJECTS.get(holds.subject, holds.subject.capitalize())
        found.setdefault(title, []).append(Entry(str(model._meta.verbose_name), holds, fields, *_lawful(model)))
    return {title: sorted(entries, key=lambda entry: entry.name) for title, entries in found.items() if entries}


def _lawful(model: Any) -> tuple[str, str]:
    """Why the law lets us, and who may see it."""
    activity = activities()[model._meta.app_label]
    basis = basis_of(model)
    return (basis if activity.is_ours else "Our customer decides, and names theirs"), activity.seen_by
