"""From a file to a plan of how to read it, and from what a person chose back to a plan."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from pivotino.instance.exchange.cells import text_of
from pivotino.instance.exchange.fields import Field
from pivotino.instance.exchange.mapping import Mapping, guess_columns, survey
from pivotino.instance.exchange.matching import guess_people, guess_stages, normalise_product
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.reading import Sheet, UnreadableSheet, open_sheet
from pivotino.instance.exchange.sheets import HoldsCard
from pivotino.instance.exchange.storage import path_of, remove
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.kit.ids import uuid7

INVITE = "invite"
NOBODY = ""
MOST_WORDS = 60
MOST_PEOPLE = 400
SURVEYED = (Field.STAGE, Field.OWNER, Field.PRODUCT, Field.CURRENCY)
VANISHED = "The file is not here any more. Nothing was changed; bring it again."


@dataclass(frozen=True, slots=True)
class Words:
    """What a look at the whole sheet found in the columns that need matching."""

    rows: int
    stages: list[tuple[str, int]]
    people: list[tuple[str, int]]
    spellings: list[tuple[str, str, int]]
    currencies: list[str]

    @classmethod
    def of(cls, one: Import) -> "Words":
        kept = one.words or {}
        return cls(
            rows=kept.get("rows", 0), stages=[(w, n) for w, n in kept.get("stages", [])],
            people=[(w, n) for w, n in kept.get("people", [])],
            spellings=[(a, b, n) for a, b, n in kept.get("spellings", [])], currencies=list(kept.get("currencies", [])),
        )  # fmt: skip


def sheet_of(one: Import) -> Sheet:
    """The file of an import, opened; raises UnreadableSheet, also where it has vanished."""
    path = path_of(one.pk, one.ending)
    if not path.exists():
        raise UnreadableSheet(VANISHED)
    return open_sheet(path, one.name)


def look(one: Import, *, plan: Mapping | None = None) -> None:
    """Read the whole sheet once, guess what is what (or keep `plan`), and note the words that need a decision.

    A file that cannot be read is refused with its sentence; it is no error.
    """
    try:
        sheet = sheet_of(one)
        mapping = plan or guess_columns(
            sheet.headers, sheet.sample(), currency=company().currency, region=company().country
        )
        found = survey(sheet, mapping, of=SURVEYED)
    except UnreadableSheet as refusal:
        if isinstance(refusal, HoldsCard):
            remove(path_of(one.pk, one.ending))
        Import.objects.filter(pk=one.pk).update(failed_at=timezone.now(), problem=str(refusal), read_at=None)
        return
    words = {field: found.words.get(field, Counter()) for field in SURVEYED}
    spellings = normalise_product(words[Field.PRODUCT], known_products())
    kept = {
        "rows": found.rows,
        "stages": words[Field.STAGE].most_common(MOST_WORDS + 1),
        "people": sorted(words[Field.OWNER].most_common(MOST_PEOPLE + 1)),
        "spellings": [(rare, usual, words[Field.PRODUCT][rare]) for rare, usual in spellings.pairs[:MOST_WORDS]],
        "currencies": [word for word, _ in words[Field.CURRENCY].most_common(20)],
    }
    mapping = settle(mapping, kept, by=one.uploaded_by)
    Import.objects.filter(pk=one.pk).update(
        what=mapping.kind.value, plan=mapping.to_plain(), words=kept, rows=found.rows, read_at=timezone.now(), failed_at=None,
        problem="" if found.rows else "This sheet has column names and no rows below them.",
    )  # fmt: skip
    one.refresh_from_db()


def settle(mapping: Mapping, words: dict[str, Any], *, by: Member | None) -> Mapping:
    """Give every word a meaning: as chosen before, else as guessed; who is not known is invited later, if one may invite."""
    stages = guess_stages([word for word, _ in words["stages"]], Stage.objects.values_list("name", flat=True))
    people = guess_people([word for word, _ in words["people"]], known_people(by))
    stranger = INVITE if by is None or by.sees_all else NOBODY
    return replace(
        mapping,
        stages={word: mapping.stages.get(word, guess or "") for word, guess in stages.items()},
        people={word: mapping.people.get(word, guess or stranger) for word, guess in people.items()},
        products={rare: mapping.products.get(rare, usual) for rare, usual, _ in words["spellings"]},
    )


def known_people(by: Member | None) -> dict[str, str]:
    """Whom a name in a sheet may mean. A User brings in only what is their own."""
    if by is not None and not by.sees_all:
        return {str(by.pk): by.name}
    return {str(pk): name for pk, name in Member.objects.working().values_list("pk", "name")}


def known_products() -> Iterable[str]:
    return Opportunity.objects.exclude(product="").order_by().values_list("product", flat=True).distinct()[:2000]


def samples(sheet: Sheet, most: int = 3) -> list[list[str]]:
    """A few different values of each column, as their owner sees them."""
    rows = sheet.sample(80)
    return [_different((text_of(row.values[place]) for row in rows), most) for place in range(len(sheet.headers))]


def invited(mapping: Mapping, before: dict[str, str]) -> dict[str, str]:
    """Every name to be invited later, with the id its member will have."""
    return {word: before.get(word) or str(uuid7()) for word, choice in mapping.people.items() if choice == INVITE}


def with_ids(mapping: Mapping, ids: dict[str, str]) -> Mapping:
    """The plan with the ids of those who will be invited in place of the choice."""
    return replace(
        mapping,
        people={word: ids.get(word, choice) if choice == INVITE else choice for word, choice in mapping.people.items()},
    )


def _different(values: Iterable[str], most: int) -> list[str]:
    found: list[str] = []
    for value in values:
        short = value if len(value) <= 40 else f"{value[:39]}…"
        if value and short not in found:
            found.append(short)
        if len(found) == most:
            break
    return found
