"""What the pipeline adds to an export: the board as a list with its sums; and its totals and words for the search, anew."""

from collections.abc import Iterator

from pivotino.instance.history import search
from pivotino.instance.pipeline import totals
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.models.opportunity import END_OF_DAY
from pivotino.kit.money import Money
from pivotino.tenancy.packing.book import Book, Row
from pivotino.tenancy.packing.registry import Group, in_use, leave_out, page, rebuilds

leave_out("pipeline.stagetotal", "pipeline.stagedue")

PLUS = {"contact": "contact_.name", "owner": "owner_.name"}
JOINS = (
    "LEFT JOIN contacts_contact contact_ ON contact_.id = t.contact_id"
    " LEFT JOIN members_member owner_ ON owner_.id = t.owner_id"
)
AT_ONCE = 500


@page(
    "pipeline", "Pipeline", of="pipeline.opportunity", order=10, numbers=frozenset({2, 3}),
    columns=("Opportunity", "Customer", "Amount", "%", "Salesperson", "Expected closing", "Next step", "Notes"),
)  # fmt: skip
def pipeline(book: Book) -> Iterator[Group]:
    """Stage by stage with count and sum, each in the order of the board."""
    currency = str(book.one("members.company").get("currency", ""))
    sums = {
        str(stage).replace("-", ""): (int(count), int(base or 0))
        for stage, count, base in book.ask(
            "SELECT stage_id, COUNT(*), SUM(base_minor) FROM pipeline_opportunity WHERE removed_at IS NULL GROUP BY stage_id"
        )
    }
    for stage in list(book.rows("pipeline.stage", order="t.position")):
        count, base = sums.get(stage["id"].replace("-", ""), (0, 0))
        # The id comes from the database itself and is made of hexadecimal figures and dashes.
        id = stage["id"].replace("-", "") if book.engine == "sqlite" else stage["id"]
        where = f"t.removed_at IS NULL AND t.stage_id = '{id}'"
        rows = book.rows("pipeline.opportunity", plus=PLUS, joins=JOINS, where=where, order="t.position, t.id")
        note = f"{count:,} · {Money(base, currency)}" if currency else f"{count:,}"
        yield Group(stage["name"], note, (_told(row) for row in rows))


@in_use
def work_there_is() -> str:
    count = Opportunity.objects.kept().count()
    return f"it has {count:,} opportunit{'ies' if count != 1 else 'y'}" if count else ""


@rebuilds(20)
def find_again() -> None:
    """The words of every opportunity, for the search."""
    last = None
    while some := list(
        Opportunity.objects.kept().filter(**({"pk__gt": last} if last else {})).select_related("contact").order_by("pk")[:AT_ONCE]
    ):  # fmt: skip
        search.index_many([(one.kind, one.pk, one.owner_id or search.NOBODY, one.words()) for one in some])
        last = some[-1].pk


@rebuilds(30)
def count_again() -> None:
    """Counts and sums of the stages."""
    totals.rebuild()


def _told(row: Row) -> tuple[str, ...]:
    amount = str(Money(row["amount_minor"], row["currency"])) if row["amount_minor"] else ""
    at = row["next_time"] if row["next_time"] != END_OF_DAY else ""
    step = " ".join(filter(None, [row["next_on"], at, row["next_summary"]]))
    return (
        row["title"], row["contact"] or "", amount, str(row["probability"]), row["owner"] or "", row["expected_closing"] or "",
        step, row["notes"],
    )  # fmt: skip
