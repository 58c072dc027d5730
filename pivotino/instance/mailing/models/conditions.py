"""What the people of a segment have in common: a few conditions, all of which must hold."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from pivotino.instance.contacts.models import Contact, ContactKind
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import zone
from pivotino.instance.pipeline.models import Opportunity, StageKind
from pivotino.kit.places import UnknownCountry, country_name

SALES = {"open": "with an open opportunity", "won": "with a won opportunity", "none": "without any opportunity"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """An empty one asks for nothing. Opportunities are those the member may see, their own company's among them.

    `label` is a word on the contact, `company` the company they belong to, `added` the first day on which they were added.
    """

    kind: str = ""
    label: str = ""
    country: str = ""
    company: str = ""
    sales: str = ""
    added: str = ""

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Conditions":
        known = {field.name for field in fields(cls)}
        return cls(**{name: str(value) for name, value in plain.items() if name in known})

    def as_plain(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def says(self) -> str:
        """All of them in one sentence."""
        who = {ContactKind.COMPANY.value: "Companies", ContactKind.PERSON.value: "People"}.get(self.kind, "Everybody")
        found = [
            f"labelled {self.label}" if self.label else "",
            f"in {_country(self.country)}" if self.country else "",
            f"at {self._company()}" if self.company else "",
            SALES.get(self.sales, ""),
            f"added since {self.added}" if self.added else "",
        ]
        return ", ".join([who, *filter(None, found)]) if any(found) else f"{who} in your contacts"

    def contacts(self, member: Member) -> "QuerySet[Contact]":
        """Whom they mean now, as far as this member may know it."""
        rows = Contact.objects.kept()
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.label:
            rows = rows.filter(labels__name__iexact=self.label)
        if self.country:
            rows = rows.filter(country=self.country)
        if self.company:
            rows = rows.filter(Q(company_id=UUID(self.company)) | Q(pk=UUID(self.company)))
        if self.added:
            rows = rows.filter(created_at__gte=datetime.combine(date.fromisoformat(self.added), time(), zone()))
        return self._by_sales(rows, member) if self.sales else rows

    def _by_sales(self, rows: "QuerySet[Contact]", member: Member) -> "QuerySet[Contact]":
        seen = Opportunity.objects.visible_to(member).filter(contact__isnull=False)
        if self.sales == "open":
            seen = seen.at_work()
        elif self.sales == "won":
            seen = seen.filter(stage__kind=StageKind.WON)
        ids = seen.order_by().values("contact")
        # A card is often the company's, and the letter is for the people there.
        either = Q(pk__in=ids) | Q(company_id__in=ids)
        return rows.exclude(pk__in=ids).exclude(company_id__in=ids) if self.sales == "none" else rows.filter(either)

    def _company(self) -> str:
        return (
            Contact.objects.filter(pk=self.company).values_list("name", flat=True).first() or "a company that is gone"
        )


def _country(code: str) -> str:
    try:
        return country_name(code)
    except UnknownCountry:
        return code
