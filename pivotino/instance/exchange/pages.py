"""What the pages of an import show, read once for a request."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from pivotino.instance.exchange.drafts import CompanyDraft, MemberDraft, OpportunityDraft, PersonDraft, read_row
from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.forms import KINDS
from pivotino.instance.exchange.mapping import Mapping
from pivotino.instance.exchange.models import Import, ProposedRow, Verdict
from pivotino.instance.exchange.plans import INVITE, known_people
from pivotino.instance.exchange.reading import Sheet
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import zone
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.kit.days import ago_phrase, date_phrase
from pivotino.kit.money import money_parts

PREVIEWED = 6
A_PAGE = 50
NAMES = {kind.value: label for kind, label in KINDS}
STEPS = ["Upload", "Match", "Check", "Take in"]
STATES = {
    "reading": "being read", "refused": "could not be read", "open": "waiting for your choices", "proposing": "being checked",
    "proposed": "checked, nothing written yet", "applying": "being taken in", "applied": "taken in", "taking-back": "being taken back",
    "taken-back": "taken back",
}  # fmt: skip
NOUNS = {
    Kind.OPPORTUNITIES: ("opportunity", "opportunities"), Kind.COMPANIES: ("company", "companies"), Kind.PEOPLE: ("person", "people"),
    Kind.MEMBERS: ("colleague", "colleagues"), Kind.PRODUCTS: ("product", "products"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Earlier:
    """One import in the list."""

    one: Import
    href: str
    what: str
    when: str
    who: str
    state: str
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """One of the first rows, as it would be read."""

    number: int
    name: str
    facts: list[str]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Tab:
    verdict: str
    text: str
    count: int
    href: str
    current: bool


@dataclass(slots=True)
class StageSum:
    """How many of an import stand in a stage, and what they add up to."""

    name: str
    href: str
    count: int = 0
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def said(self) -> str:
        return ", ".join(
            " ".join(money_parts(minor, currency, cents=True)) for currency, minor in sorted(self.sums.items())
        )


def address_of(one: Import) -> str:
    """The page an import is at."""
    if one.applying_at:
        return reverse("exchange:application", args=[one.pk])
    if one.proposing_at and not one.failed_at:
        return reverse("exchange:proposal", args=[one.pk])
    return reverse("exchange:show", args=[one.pk])


def earlier(member: Member) -> list[Earlier]:
    """The imports this member may see, newest first."""
    now, here = timezone.now(), zone()
    found = Import.objects.visible_to(member).select_related("uploaded_by")[:100]
    return [
        Earlier(
            one=one, href=address_of(one), what=NAMES.get(one.what, ""), when=ago_phrase(one.at, now, here),
            who=one.uploaded_by.name if one.uploaded_by else "", state=STATES[one.state], may_take_back=one.may_be_taken_back,
        )
        for one in found
    ]  # fmt: skip


def noun(one: Import, number: int) -> str:
    single, many = NOUNS[one.is_of]
    return f"{number:,} {single if number == 1 else many}"


def preview(sheet: Sheet, mapping: Mapping, by: Member) -> list[Preview]:
    """The first rows as this plan reads them."""
    if mapping.kind is Kind.PRODUCTS:
        return []
    people = {**known_people(by), INVITE: "invited later"}
    return [_previewed(read_row(mapping, row), people) for row in sheet.sample(PREVIEWED)]


def _previewed(draft: Any, people: dict[str, str]) -> Preview:
    facts: list[Any] = []
    match draft:
        case OpportunityDraft():
            amount = (
                " ".join(money_parts(draft.amount.minor, draft.amount.currency, cents=True)) if draft.amount else ""
            )
            owner = draft.owner_name if draft.owner == INVITE else people.get(draft.owner, "")
            day = draft.closed_on or draft.expected_on or draft.engaged_on
            facts = [draft.stage, draft.company, draft.person, amount, owner, date_phrase(day) if day else ""]
        case CompanyDraft():
            facts = [
                draft.sector,
                draft.address.country,
                draft.employees,
                draft.parent and f"belongs to {draft.parent}",
            ]
        case PersonDraft():
            facts = [draft.company, draft.job, draft.email, draft.mobile or draft.phone]
        case MemberDraft():
            facts = [draft.email]
    name = getattr(draft, "title", "") or getattr(draft, "name", "")
    return Preview(
        draft.row, name, [str(fact) for fact in facts if fact],
        [f"{told.column}: {told.message}" if told.column else told.message for told in (*draft.refusals, *draft.notes)],
    )  # fmt: skip


def tabs(one: Import, current: str) -> list[Tab]:
    here = reverse("exchange:proposal", args=[one.pk])
    return [
        Tab(
            verdict.value,
            str(verdict.label),
            one.counts.get(verdict.value, 0),
            f"{here}?show={verdict.value}",
            verdict.value == current,
        )
        for verdict in Verdict
    ]


def first_tab(one: Import) -> str:
    """What deserves a look first: what is new, else what changes, else whatever there is."""
    return next((verdict.value for verdict in Verdict if one.counts.get(verdict.value)), Verdict.NEW.value)


def page_of(one: Import, verdict: str, number: str) -> "Page[ProposedRow]":
    rows = ProposedRow.objects.filter(of_import=one, verdict=verdict).order_by("number")
    paginator = Paginator(rows, A_PAGE)
    paginator.count = one.counts.get(verdict, 0)
    return paginator.get_page(number)


def summary(one: Import) -> str:
    """The verdicts in a sentence; what is none of is not mentioned."""
    ways = {
        Verdict.NEW: ("row is new", "rows are new"), Verdict.CHANGED: ("would change what is here", "would change what is here"),
        Verdict.SAME: ("says the same as here", "say the same as here"),
    }  # fmt: skip
    said = [f"{count:,} {ways[verdict][count != 1]}" for verdict in ways if (count := one.counts.get(verdict.value, 0))]
    if not said:
        return "No row can be taken in as it is."
    return f"{', '.join(said)}."


def facts_of(page: "Page[ProposedRow]") -> dict[int, str]:
    """What the rows of a page say besides their names, by row."""
    stages = {str(pk): name for pk, name in Stage.objects.values_list("pk", "name")}
    return {row.number: " · ".join(_facts_in(row.data, stages)) for row in page.object_list}


def _facts_in(data: dict[str, Any], stages: dict[str, str]) -> list[str]:
    facts = [stages.get(data.get("stage", ""), ""), data.get("company", ""), data.get("person", "")]
    if "currency" in data:
        facts.append(" ".join(money_parts(data.get("amount_minor", 0), data["currency"], cents=True)))
    if "closed" in data:
        facts.append(f"closed {date_phrase(date.fromisoformat(data['closed']))}")
    facts += [str(data.get(name, "")) for name in ("industry", "job_position", "email", "external_id")]
    return [fact for fact in facts if fact]


def sums(one: Import, member: Member) -> list[StageSum]:
    """What of this import stands in which stage."""
    board = reverse("pipeline:board")
    found = {stage.pk: StageSum(stage.name, f"{board}?stage={stage.pk}") for stage in Stage.objects.all()}
    cards = Opportunity.objects.visible_to(member).filter(import_id=one.pk)
    for stage, currency, count, total in (
        cards.order_by().values_list("stage_id", "currency").annotate(Count("pk"), Sum("amount_minor"))
    ):
        found[stage].count += count
        found[stage].sums[currency] += int(total or 0)
    return [one for one in found.values() if one.count]


def fates(one: Import) -> dict[str, int]:
    rows = ProposedRow.objects.filter(of_import=one).exclude(fate="").order_by()
    return dict(rows.values_list("fate").annotate(Count("pk")))


def left_and_kept(one: Import, fate: str) -> list[ProposedRow]:
    """Rows that were left out when the import was applied, or kept when it was taken back."""
    return list(ProposedRow.objects.filter(of_import=one, fate=fate).order_by("number")[:100])
