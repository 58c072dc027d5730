"""What is asked about a contact, and how what was typed becomes one."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.validators import URLValidator

from pivotino.instance.contacts.models import AddressKind, Contact, ContactKind, NotContact
from pivotino.instance.contacts.models.contact import LANGUAGES, tidy_website
from pivotino.instance.contacts.queries import named_company
from pivotino.instance.history.models import Event
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company as our_company
from pivotino.kit.ids import uuid7
from pivotino.kit.phones import NotAPhone, parse_phone, pretty_phone
from pivotino.kit.places import countries
from pivotino.tenancy import atomic

LONGEST_NOTES = 20_000


class ContactForm(forms.Form):
    """Every field of a contact. Typing a company that is not there yet adds it."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    kind = forms.ChoiceField(
        label="What is it?", choices=ContactKind.choices, widget=forms.RadioSelect, initial=ContactKind.COMPANY
    )
    name = forms.CharField(label="Name", max_length=200)
    company_name = forms.CharField(
        label="Works at",
        max_length=200,
        required=False,
        help_text="A company you do not have yet is added when you save.",
    )
    company = forms.UUIDField(widget=forms.HiddenInput, required=False)
    job_position = forms.CharField(label="Job position", max_length=120, required=False)
    title = forms.CharField(label="Title", max_length=40, required=False, help_text="Encik, Dr, Ms.")
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    phone = forms.CharField(label="Phone", max_length=40, required=False)
    mobile = forms.CharField(label="Mobile", max_length=40, required=False)
    website = forms.CharField(label="Website", max_length=200, required=False)
    address_kind = forms.ChoiceField(
        label="This address is for", choices=AddressKind.choices, initial=AddressKind.CONTACT, required=False
    )
    street = forms.CharField(label="Street", max_length=200, required=False)
    street2 = forms.CharField(label="Street, second line", max_length=200, required=False)
    zip = forms.CharField(label="Postcode", max_length=20, required=False)
    city = forms.CharField(label="City", max_length=120, required=False)
    state = forms.CharField(label="State", max_length=120, required=False)
    country = forms.ChoiceField(label="Country", required=False)
    industry = forms.CharField(label="Industry", max_length=80, required=False)
    employees = forms.IntegerField(label="Employees", min_value=0, max_value=10_000_000, required=False)
    language = forms.ChoiceField(label="Writes in", choices=LANGUAGES, required=False)
    owner = forms.ChoiceField(label="Looked after by", required=False)
    labels = forms.CharField(
        label="Labels", max_length=400, required=False, help_text="Short words with commas between."
    )
    do_not_mail = forms.BooleanField(
        label="No mailings", required=False, help_text="They stay out of everything you send to many people at once."
    )
    notes = forms.CharField(
        label="Notes", max_length=LONGEST_NOTES, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only your team reads this. Never write card numbers, passwords or health facts here.",
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, contact: Contact | None = None, start: dict[str, Any] | None = None
    ) -> None:
        begins = (
            {"id": uuid7(), "country": our_company().country, **(start or {})} if contact is None else typed(contact)
        )
        super().__init__(data, initial=begins)
        self.contact = contact
        self._choose("country", [("", "Not known"), *countries()])
        members = [(str(member.pk), member.name) for member in Member.objects.working()]
        if contact is not None and contact.owner and contact.owner.has_left:
            members.append((str(contact.owner_id), f"{contact.owner.name}, who left"))
        self._choose("owner", [("", "Nobody"), *members])
        if contact is not None and contact.language and contact.language not in dict(LANGUAGES):
            self._choose("language", [*LANGUAGES, (contact.language, contact.language)])

    def clean_phone(self) -> str:
        return self._number("phone")

    def clean_mobile(self) -> str:
        return self._number("mobile")

    def clean_website(self) -> str:
        try:
            website = tidy_website(self.cleaned_data["website"])
        except NotContact as error:
            raise forms.ValidationError(str(error)) from None
        if website:
            URLValidator(schemes=["http", "https"], message="This is not the address of a website.")(website)
        return website

    def clean_labels(self) -> list[str]:
        return [label for label in (part.strip() for part in self.cleaned_data["labels"].split(",")) if label]

    def clean_owner(self) -> UUID | None:
        return UUID(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None

    def clean_company(self) -> Contact | None:
        """The company that was picked, if it still stands there under that name."""
        wanted, id = self.cleaned_data.get("company_name", ""), self.cleaned_data["company"]
        picked = Contact.objects.companies().filter(pk=id).first() if id and wanted else None
        if picked is None or picked.name.casefold() != wanted.strip().casefold():
            return named_company(wanted) if wanted else None
        return picked

    def clean(self) -> dict[str, Any]:
        if self.contact is not None and self.cleaned_data.get("company") == self.contact:
            self.add_error("company_name", "A company cannot belong to itself.")
        return self.cleaned_data

    def add(self, *, by: Member) -> Contact:
        """Add what was typed. Sent twice, it is added once."""
        with atomic():
            fields = self._fields(by)
            return Contact.add(fields.pop("name"), by=by, id=self.cleaned_data["id"], **fields)

    def save(self, *, by: Member) -> Event | None:
        """Change the contact; raises StaleContact when somebody else did meanwhile."""
        contact = cast(Contact, self.contact)
        with atomic():
            return contact.edit(version=self.cleaned_data["version"], by=by, **self._fields(by))

    def _fields(self, by: Member) -> dict[str, Any]:
        fields = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("id", "version", "company_name", "company")
        }
        fields["owner_id"] = fields.pop("owner")
        fields["address_kind"] = fields["address_kind"] or AddressKind.CONTACT
        company = self.cleaned_data["company"]
        wanted = self.cleaned_data["company_name"].strip()
        if company is None and wanted:
            company = Contact.add(wanted, by=by, kind=ContactKind.COMPANY, country=fields["country"])
        fields["company_id"] = company.pk if company else None
        return fields

    def _number(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if not text:
            return ""
        try:
            parse_phone(text, self.data.get("country") or our_company().country)
        except NotAPhone as error:
            raise forms.ValidationError(error.message) from None
        return text

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class QuickForm(forms.Form):
    """A contact in one line, from where it is needed."""

    id = forms.UUIDField(required=False)
    kind = forms.ChoiceField(choices=ContactKind.choices, initial=ContactKind.COMPANY, required=False)
    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    phone = forms.CharField(label="Phone", max_length=40, required=False)
    anyway = forms.BooleanField(required=False)

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"]
        try:
            return parse_phone(text, our_company().country).e164 if text else ""
        except NotAPhone as error:
            raise forms.ValidationError(error.message) from None


def typed(contact: Contact) -> dict[str, Any]:
    """A contact as its form shows it: numbers as they are read here."""
    shown: dict[str, Any] = {
        field: getattr(contact, field)
        for field in (
            "id", "version", "kind", "name", "job_position", "title", "email", "website", "address_kind", "street", "street2",
            "zip", "city", "state", "country", "industry", "employees", "language", "notes", "do_not_mail",
        )
    }  # fmt: skip
    home = contact.country or our_company().country
    return shown | {
        "company": contact.company_id, "company_name": contact.company.name if contact.company else "",
        "phone": pretty_phone(contact.phone, home), "mobile": pretty_phone(contact.mobile, home),
        "owner": str(contact.owner_id or ""), "labels": ", ".join(contact.labels.values_list("name", flat=True)),
    }  # fmt: skip
