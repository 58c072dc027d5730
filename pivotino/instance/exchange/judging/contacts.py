"""Rows that become companies and people."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.drafts import CompanyDraft, PersonDraft
from pivotino.instance.exchange.fields import Field
from pivotino.instance.exchange.judging.base import FEW, Judge, Judged, filled, notes_of, words_of_change
from pivotino.instance.exchange.models import Verdict
from pivotino.instance.exchange.words import fold
from pivotino.kit.money import money_parts

LABELS = {
    "name": "Name", "industry": "Industry", "website": "Website", "employees": "Employees", "email": "E-mail", "phone": "Phone",
    "mobile": "Mobile", "job_position": "Job position", "street": "Street", "city": "City", "zip": "Postcode", "state": "State",
    "country": "Country", "do_not_mail": "No mailings",
}  # fmt: skip
FACTS = ("id", "external_id", "kind", "folded", "version", "owner_id", "company__name", "company__folded", *LABELS)
Facts = dict[str, Any]


class ContactJudge(Judge):
    """Meets a record by the number another system gave it, else by what its kind is known by."""

    def prepare(self, drafts: Sequence[Any]) -> None:
        here = self._read("external_id", [draft.external_id for draft in drafts if draft.external_id])
        here += self._read("folded", list({fold(draft.name)[:200] for draft in drafts}))
        here += self._read("email", list({draft.email.lower() for draft in drafts if draft.email}))
        unique = {facts["id"]: facts for facts in here}.values()
        self.by_id: dict[str, Facts] = {facts["external_id"]: facts for facts in unique if facts["external_id"]}
        self.by_name: dict[tuple[str, str], list[Facts]] = defaultdict(list)
        self.by_mail: dict[str, list[Facts]] = defaultdict(list)
        for facts in unique:
            self.by_name[facts["kind"], facts["folded"]].append(facts)
            if facts["kind"] == "person" and facts["email"]:
                self.by_mail[facts["email"]].append(facts)
        self.touched = self.touched_since((facts["id"], facts["version"]) for facts in unique)

    def name_of(self, draft: Any) -> str:
        return draft.name or draft.external_id or f"row {draft.row}"

    def judged(self, draft: Any, data: dict[str, Any], facts: Facts | None, company: str) -> Judged:
        reasons = notes_of(draft)
        if facts is None:
            return self.new(draft, data, reasons)
        changes = [
            words_of_change(LABELS[name], facts[name], data[name]) for name in LABELS if name in data and data[name] != facts[name]
        ]  # fmt: skip
        only = [name for name in LABELS if name in data and data[name] != facts[name]]
        if company and fold(company) != (facts["company__folded"] or ""):
            label = "Belongs to" if data["kind"] == "company" else "Works at"
            changes.append(words_of_change(label, facts["company__name"], company))
            only.append("company")
        data["only"] = only
        return self.verdict(
            draft, data=data, target=facts["id"], version=facts["version"], changes=changes,
            touched=facts["id"] in self.touched, reasons=reasons,
        )  # fmt: skip

    def data_of(self, draft: Any, kind: str, **more: Any) -> dict[str, Any]:
        address = draft.address
        owner = draft.owner if Field.OWNER in self.fields else str(self.by.pk)
        if not self.by.sees_all:
            owner = str(self.by.pk)
        return filled(
            kind=kind, name=draft.name, email=draft.email.lower(), phone=draft.phone, website=draft.website, owner=owner,
            street=address.street, city=address.city, zip=address.postcode, state=address.state, country=address.country,
            # A list can bring a no. It never turns one into a yes.
            external_id=draft.external_id, tags=draft.tags, do_not_mail=draft.do_not_mail, **more,
        )  # fmt: skip

    def _read(self, field: str, values: Sequence[str]) -> list[Facts]:
        found: list[Facts] = []
        for at in range(0, len(values), FEW):
            found += (
                Contact.objects.kept().filter(**{f"{field}__in": values[at : at + FEW]}).order_by("id").values(*FACTS)
            )
        return found


class CompanyJudge(ContactJudge):
    """Companies meet by name, case and marks aside."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rows_of_name: dict[str, int] = {}
        self.people = PersonJudge(*args)

    def prepare(self, drafts: Sequence[Any]) -> None:
        super().prepare(drafts)
        self.people.prepare([draft for draft in drafts if isinstance(draft, PersonDraft)])

    def verdict_on(self, draft: CompanyDraft | PersonDraft) -> Judged:
        if isinstance(draft, PersonDraft):
            return self.people.verdict_on(draft)
        folded = fold(draft.name)[:200]
        earlier = self.rows_of_name.setdefault(folded, draft.row)
        facts = self.by_id.get(draft.external_id) if draft.external_id else None
        facts = facts or next(iter(self.by_name.get(("company", folded), ())), None)
        data = self.data_of(
            draft,
            "company",
            industry=draft.sector,
            employees=draft.employees,
            company=draft.parent,
            notes=_facts_without_a_field(draft),
        )
        found = self.judged(draft, data, facts, draft.parent)
        if earlier != draft.row and not draft.external_id:
            found.verdict = Verdict.CONFLICT if facts is not None else Verdict.REFUSED
            found.reasons = [
                [self.headers.get(Field.COMPANY, ""), f"Row {earlier:,} is about a company of the same name."]
            ]
        return found


class PersonJudge(ContactJudge):
    """People meet by e-mail address, else by name and company."""

    def verdict_on(self, draft: PersonDraft) -> Judged:
        data = self.data_of(
            draft, "person", mobile=draft.mobile, job_position=draft.job, company=draft.company, notes=draft.remarks
        )
        return self.judged(draft, data, self._met(draft), draft.company)

    def _met(self, draft: PersonDraft) -> Facts | None:
        if draft.external_id and draft.external_id in self.by_id:
            return self.by_id[draft.external_id]
        if draft.email:
            mails = self.by_mail.get(draft.email.lower(), [])
            return next((facts for facts in mails if facts["id"] not in self.taken), None)
        alike = self.by_name.get(("person", fold(draft.name)[:200]), [])
        same = [facts for facts in alike if (facts["company__folded"] or "") == fold(draft.company)]
        return next((facts for facts in same if facts["id"] not in self.taken), None)


def _facts_without_a_field(draft: CompanyDraft) -> str:
    """What companies have no field for stands in the notes, so that nothing is lost."""
    said = [draft.remarks]
    if draft.founded:
        said.append(f"Founded in {draft.founded}.")
    if draft.revenue is not None:
        said.append(f"Revenue {' '.join(money_parts(draft.revenue.minor, draft.revenue.currency))}.")
    return "\n".join(filter(None, said))
