"""Rows that become opportunities."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pivotino.instance.exchange.drafts import OpportunityDraft
from pivotino.instance.exchange.fields import Field
from pivotino.instance.exchange.judging.base import FEW, Judge, Judged, filled, notes_of, words_of_change
from pivotino.instance.exchange.mapping import Mapping
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.words import fold
from pivotino.instance.exchange.worths import Worths
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity, Stage
from pivotino.instance.pipeline.permissions import may_see
from pivotino.kit.days import date_phrase
from pivotino.kit.money import money_parts

# A record that is here, with the names beside it.
FACTS = (
    "id", "external_id", "title", "amount_minor", "currency", "stage_id", "owner_id", "product", "expected_closing", "stars",
    "email", "phone", "notes", "version", "contact__name", "contact__folded", "contact__kind", "contact__company__name",
    "contact__company__folded", "outcome__closed_on",
)  # fmt: skip
Facts = dict[str, Any]


class OpportunityJudge(Judge):
    """Meets a record by the number another system gave it; rows without one by title and company."""

    def __init__(self, one: Import, mapping: Mapping, by: Member) -> None:
        super().__init__(one, mapping, by)
        self.stages = {stage.name: stage for stage in Stage.objects.all()}
        self.stage_of = {stage.pk: stage for stage in self.stages.values()}
        self.first = next(stage for stage in self.stages.values() if stage.is_open)
        self.worths = Worths()
        self.people = {str(pk): name for pk, name in Member.objects.values_list("pk", "name")}
        self.people |= {id: word for word, id in one.invited.items()}

    def prepare(self, drafts: Sequence[OpportunityDraft]) -> None:
        here: list[Facts] = []
        ids = [draft.external_id for draft in drafts if draft.external_id]
        titles = list({draft.title for draft in drafts if not draft.external_id})
        kept = Opportunity.objects.filter(removed_at__isnull=True)
        for at in range(0, len(ids), FEW):
            here += kept.filter(external_id__in=ids[at : at + FEW]).values(*FACTS)
        by_title: list[Facts] = []
        for at in range(0, len(titles), FEW):
            by_title += kept.filter(title__in=titles[at : at + FEW]).order_by("id").values(*FACTS)
        self.by_id: dict[str, list[Facts]] = defaultdict(list)
        for facts in here:
            self.by_id[facts["external_id"]].append(facts)
        self.by_title: dict[tuple[str, str], list[Facts]] = defaultdict(list)
        for facts in by_title:
            if may_see(self.by, facts["owner_id"]):
                self.by_title[facts["title"], _company_of(facts)[1]].append(facts)
        self.touched = self.touched_since((facts["id"], facts["version"]) for facts in here + by_title)

    def name_of(self, draft: OpportunityDraft) -> str:
        return draft.title or draft.external_id or f"row {draft.row}"

    def verdict_on(self, draft: OpportunityDraft) -> Judged:
        stage = self.stages[draft.stage] if draft.stage else self.first
        owner = self._owner(draft)
        if not self.by.sees_all and owner != str(self.by.pk):
            whose = f"“{draft.owner_name}” sells this one." if draft.owner_name else "Nobody owns this one."
            return self.refuse(
                draft, Field.OWNER, f"{whose} As a User you bring in your own; a Business Owner can bring in all."
            )
        currency = draft.currency or self.mapping.currency
        if not self.worths.knows(currency):
            return self.refuse(
                draft,
                Field.CURRENCY,
                f"There is no rate from {currency} to {self.worths.base}. Add one under Settings, Currencies.",
            )
        reasons = notes_of(draft)
        if not stage.is_open and draft.closed_on is None:
            reasons.append(
                [
                    self.headers.get(Field.CLOSED, ""),
                    f"It is {stage.name.lower()} without a day. The day you take this in will be kept.",
                ]
            )
        data = filled(
            title=draft.title, company=draft.company, person=draft.person, email=draft.email, phone=draft.phone,
            product=draft.product, amount_minor=draft.amount.minor if draft.amount else 0, currency=currency,
            stage=str(stage.pk), owner=owner, engaged=draft.engaged_on, expected=draft.expected_on,
            closed=draft.closed_on if not stage.is_open else None, reason=draft.lost_reason if stage.is_lost else "",
            stars=draft.priority or 0, notes=draft.remarks, tags=draft.tags, probability=draft.probability,
            external_id=draft.external_id,
        )  # fmt: skip
        facts = self._met(draft)
        if facts is None:
            return self.new(draft, data, reasons)
        if not may_see(self.by, facts["owner_id"]):
            return self.refuse(draft, Field.EXTERNAL_ID, "A record with this number belongs to somebody else.")
        if len(self.by_id.get(draft.external_id, ())) > 1 and draft.external_id:
            return self.refuse(
                draft, Field.EXTERNAL_ID, "Several cards here have this number. Give each its own first."
            )
        fields, changes = self._changes(facts, data, draft)
        data["only"] = fields
        return self.verdict(
            draft, data=data, target=facts["id"], version=facts["version"], changes=changes,
            touched=facts["id"] in self.touched, reasons=reasons,
        )  # fmt: skip

    def _owner(self, draft: OpportunityDraft) -> str:
        if Field.OWNER not in self.fields or (not draft.owner_name and not self.by.sees_all):
            return str(self.by.pk)
        return draft.owner

    def _met(self, draft: OpportunityDraft) -> Facts | None:
        if draft.external_id:
            return next(iter(self.by_id.get(draft.external_id, ())), None)
        alike = self.by_title.get((draft.title, fold(draft.company)), [])
        return next((facts for facts in alike if facts["id"] not in self.taken), None)

    def _changes(
        self, facts: Facts, data: dict[str, Any], draft: OpportunityDraft
    ) -> tuple[list[str], list[list[str]]]:
        """(names of what differs, the same in words). A blank cell changes nothing."""
        fields: list[str] = []
        said: list[list[str]] = []

        def note(field: str, label: str, before: object, after: object) -> None:
            fields.append(field)
            said.append(words_of_change(label, before, after))

        for name, column, label in (("title", Field.TITLE, "Title"), ("product", Field.PRODUCT, "Product"),
                                    ("email", Field.EMAIL, "E-mail"), ("phone", Field.PHONE, "Phone"),
                                    ("notes", Field.NOTES, "Notes")):  # fmt: skip
            if column in self.fields and data.get(name) and data[name] != facts[name]:
                note(name, label, facts[name], data[name])
        if draft.amount is not None and (data.get("amount_minor", 0), data["currency"]) != (
            facts["amount_minor"],
            facts["currency"],
        ):
            note(
                "amount",
                "Amount",
                _money(facts["amount_minor"], facts["currency"]),
                _money(data.get("amount_minor", 0), data["currency"]),
            )
        if draft.stage and data["stage"] != str(facts["stage_id"]):
            note("stage", "Stage", self.stage_of[facts["stage_id"]].name, draft.stage)
        elif data.get("closed") and draft.closed_on != facts["outcome__closed_on"]:
            note("closed", "Closed on", _day(facts["outcome__closed_on"]), _day(draft.closed_on))
        if draft.owner_name and data.get("owner") and data["owner"] != str(facts["owner_id"] or ""):
            note("owner", "Owner", self.people.get(str(facts["owner_id"]), ""), self.people.get(data["owner"], ""))
        if draft.expected_on and draft.expected_on != facts["expected_closing"]:
            note("expected", "Expected closing", _day(facts["expected_closing"]), _day(draft.expected_on))
        if draft.priority is not None and draft.priority != facts["stars"]:
            note("stars", "Stars", facts["stars"], draft.priority)
        name, folded = _company_of(facts)
        if draft.company and fold(draft.company) != folded:
            note("contact", "Company", name, draft.company)
        return fields, said


def _company_of(facts: Facts) -> tuple[str, str]:
    """(name, folded) of the company of a record, or of the one its person works at."""
    if facts["contact__kind"] == "person":
        return facts["contact__company__name"] or "", facts["contact__company__folded"] or ""
    return facts["contact__name"] or "", facts["contact__folded"] or ""


def _money(minor: int, currency: str) -> str:
    return " ".join(money_parts(minor, currency, cents=True))


def _day(day: Any) -> str:
    return date_phrase(day) if day else ""
