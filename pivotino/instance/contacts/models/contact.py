"""A company or a person outside, and what people do with one: add, edit, remove, restore."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.instance.contacts.models.label import Label
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company as our_company
from pivotino.kit.diffs import as_json, changes
from pivotino.kit.fold import fold, one_line
from pivotino.kit.holds import Holds
from pivotino.kit.phones import NotAPhone, parse_phone, pretty_phone
from pivotino.kit.places import UnknownCountry, country_name
from pivotino.tenancy import atomic
from pivotino.tenancy.models import InstanceModel

# In which language somebody writes: the ones around here first.
LANGUAGES = [
    ("", "Not known"), ("en", "English"), ("ms", "Malay"), ("zh", "Chinese"), ("ta", "Tamil"), ("id", "Indonesian"),
    ("th", "Thai"), ("vi", "Vietnamese"), ("tl", "Tagalog"), ("hi", "Hindi"), ("ja", "Japanese"), ("ko", "Korean"),
    ("ar", "Arabic"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("pt", "Portuguese"),
]  # fmt: skip


class ContactKind(models.TextChoices):
    COMPANY = "company", "Company"
    PERSON = "person", "Person"


class AddressKind(models.TextChoices):
    CONTACT = "contact", "Contact"
    INVOICE = "invoice", "Invoice address"
    DELIVERY = "delivery", "Delivery address"
    OTHER = "other", "Other address"
    PRIVATE = "private", "Private address"


class NotContact(ValueError):
    """What was typed cannot be a contact; the message says why, in words for the person who tried."""


class StaleContact(NotContact):
    """Somebody changed the contact since it was read; `truth` is how it stands now."""

    def __init__(self, truth: "Contact") -> None:
        super().__init__(
            f"Somebody changed {truth.name} while you were typing. What you see below is your text; compare it and save again."
        )
        self.truth = truth


# Says which of these contacts may not be changed at present, and why. A room above joins in from its AppConfig.
Guard = Callable[[Collection[UUID]], Mapping[UUID, str]]
_guards: list[Guard] = []


def guarded_by(guard: Guard) -> Guard:
    _guards.append(guard)
    return guard


def why_not(ids: Collection[UUID]) -> dict[UUID, str]:
    """Those of these contacts that may not be changed, each with its sentence."""
    return {id: why for guard in _guards for id, why in guard(ids).items()}


class ContactQuerySet(models.QuerySet["Contact"]):
    def kept(self) -> Self:
        """Contacts that were not removed."""
        return self.filter(removed_at__isnull=True)

    def companies(self) -> Self:
        return self.kept().filter(kind=ContactKind.COMPANY)

    def people(self) -> Self:
        return self.kept().filter(kind=ContactKind.PERSON)


class Contact(InstanceModel):
    """A company or a person. People may belong to a company; every member sees all contacts.

    `do_not_mail` keeps them out of every mailing. `phone` and `mobile` are kept as dialled (+60123456789). `version` rises with every change; an edit carries the
    version it saw. A removed contact keeps its row, so that what it was part of still reads.
    """

    kind = models.CharField(max_length=8, choices=ContactKind, default=ContactKind.COMPANY)
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, db_index=True, editable=False)
    company = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="people")
    address_kind = models.CharField(max_length=8, choices=AddressKind, default=AddressKind.CONTACT)
    title = models.CharField(max_length=40, blank=True)
    job_position = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    mobile = models.CharField(max_length=30, blank=True)
    website = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=200, blank=True)
    street2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=120, blank=True)
    zip = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    notes = models.TextField(blank=True)
    do_not_mail = models.BooleanField(default=False, db_default=False)
    labels = models.ManyToManyField(Label, blank=True, related_name="contacts")
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")
    external_id = models.CharField(max_length=120, blank=True)
    import_id = models.UUIDField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    holds = Holds(
        subject="contact", purpose="to know and reach the people we sell to", retention="the customer decides",
        export="contacts", erasure="row emptied, id kept for sums",
        personal={
            "name": "who it is", "folded": "the name, for search", "title": "how to address", "job_position": "what they do",
            "email": "to reach", "phone": "to reach", "mobile": "to reach", "website": "may name a person", "street": "to visit",
            "street2": "to visit", "city": "to visit", "state": "to visit", "zip": "to visit", "language": "to write in",
            "notes": "free text", "do_not_mail": "that they want no mailings", "external_id": "the number another system gave", "company": "where they work",
        },
        plain={"kind", "address_kind", "country", "industry", "employees", "owner", "import_id", "version", "created_at",
               "removed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["folded", "id"]
        indexes = [
            models.Index(fields=["email"], name="contact_by_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="contact_by_phone", condition=~Q(phone="")),
            models.Index(fields=["mobile"], name="contact_by_mobile", condition=~Q(mobile="")),
            models.Index(fields=["kind", "folded", "id"], name="contact_by_name", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_company(self) -> bool:
        return self.kind == ContactKind.COMPANY

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def numbers(self) -> list[tuple[str, str, str]]:
        """Label, number as dialled and number as read, the mobile first."""
        both = [("Mobile", self.mobile), ("Phone", self.phone)]
        return [(label, number, pretty_phone(number, self.country)) for label, number in both if number]

    @property
    def number_said(self) -> str:
        """The number to try first, as it is read."""
        return next((said for _, _, said in self.numbers), "")

    @property
    def country_said(self) -> str:
        try:
            return country_name(self.country) if self.country else ""
        except UnknownCountry:
            return self.country

    @property
    def language_said(self) -> str:
        return dict(LANGUAGES).get(self.language, self.language)

    @classmethod
    def add(
        cls, name: str, *, by: Member | None, id: UUID | None = None, labels: Iterable[str] = (), **fields: Any
    ) -> "Contact":
        """A new contact, recorded as `contact.added`. The same `id` twice makes one: the second call returns the first's.

        Numbers may be typed in any way; raises NotContact with a sentence when one cannot be dialled.
        """
        with atomic():
            if id is not None and (made := cls.objects.filter(pk=id).first()):
                return made
            contact = cls(name=name, **({"id": id} if id else {}), **fields)
            contact._tidy()
            try:
                with atomic():
                    contact.save(force_insert=True)
            except IntegrityError:
                if made := cls.objects.filter(pk=id).first() if id else None:
                    return made  # sent twice at once, and the other was quicker
                raise
            contact.labels.set(Label.named(labels))
            contact._find_again()
            record("contact.added", Remembered.of(contact), by=by, name=contact.name, kind=contact.kind)
            return contact

    def edit(
        self, *, version: int, by: Member | None, labels: Iterable[str] | None = None, **fields: Any
    ) -> Event | None:
        """Change what differs and record it as `contact.edited` with before and after; None when nothing differs.

        Raises StaleContact when somebody changed the contact since `version`.
        """
        with atomic():
            contact = Contact.objects.select_for_update().get(pk=self.pk)
            if contact.version != version:
                raise StaleContact(contact)
            # That somebody wants no mailings may always be noted.
            if fields != {"do_not_mail": True} and (why := why_not([contact.pk]).get(contact.pk)):
                raise NotContact(why)
            before = contact.facts()
            for field, value in fields.items():
                setattr(contact, field, value)
            contact._tidy()
            if labels is not None:
                contact.labels.set(Label.named(labels))
            found = changes(before, contact.facts())
            if not found:
                return None
            contact._keep()
            self.refresh_from_db()
            return record("contact.edited", Remembered.of(contact), by=by, name=contact.name, changes=as_json(found))

    def want_mailings(self, wanted: bool, *, by: Member | None) -> Event | None:
        """Keep whether this contact may get mailings, whatever else was changed since it was read; None when it was so already.

        `by=None` says that they asked for it themselves.
        """
        with atomic():
            now = Contact.objects.select_for_update().get(pk=self.pk)
            event = now.edit(version=now.version, by=by, do_not_mail=not wanted)
            self.refresh_from_db()
            return event

    def remove(self, *, by: Member | None) -> Event:
        """Take the contact out of lists and searches; `restore` brings it back whole."""
        return self._put(removed_at=timezone.now(), verb="contact.removed", by=by)

    def restore(self, *, by: Member | None) -> Event:
        """Bring a removed contact back."""
        return self._put(removed_at=None, verb="contact.restored", by=by)

    def facts(self) -> dict[str, object]:
        """What people can change, as history keeps it."""
        own = {field: getattr(self, field) for field in FACTS}
        return own | {"labels": sorted(self.labels.values_list("name", flat=True))}

    def _put(self, *, removed_at: Any, verb: str, by: Member | None) -> Event:
        with atomic():
            contact = Contact.objects.select_for_update().get(pk=self.pk)
            contact.removed_at = removed_at
            contact._keep()
            self.refresh_from_db()
            return record(verb, Remembered.of(contact), by=by, name=contact.name, kind=contact.kind)

    def _keep(self) -> None:
        self.version += 1
        self.save()
        self._find_again()

    def _tidy(self) -> None:
        """One spelling for what is compared and dialled; NotContact where that cannot be."""
        self.name = one_line(self.name)
        if not self.name:
            raise NotContact("A contact needs a name.")
        self.folded = fold(self.name)[:200]
        self.email = self.email.strip().lower()
        self.website = tidy_website(self.website)
        self.phone, self.mobile = self._dialled(self.phone), self._dialled(self.mobile)
        if self.kind == ContactKind.COMPANY:
            self.title, self.job_position = "", ""
        if self.company_id is not None and self.company_id == self.pk:
            raise NotContact("A company cannot belong to itself.")

    def _dialled(self, text: str) -> str:
        if not text.strip():
            return ""
        try:
            phone = parse_phone(text, self.country or our_company().country)
        except NotAPhone as error:
            raise NotContact(error.message) from None
        return phone.e164 + (f";ext={phone.extension}" if phone.extension else "")

    def _find_again(self) -> None:
        from pivotino.instance.contacts.searching import index_contact

        index_contact(self)


# What `facts` keeps of a contact, in the order in which a timeline tells it.
FACTS = (
    "kind", "name", "company_id", "title", "job_position", "email", "phone", "mobile", "website", "address_kind", "street",
    "street2", "city", "state", "zip", "country", "industry", "employees", "language", "owner_id", "notes",
    "do_not_mail",
)  # fmt: skip


@dataclass
class Remembered:
    """A contact as history knows it. (A contact's own `kind` says company or person, not what sort of record it is.)"""

    contact: Contact
    pk: UUID
    owner_id: UUID | None
    kind: str = "contact"

    @classmethod
    def of(cls, contact: Contact) -> "Remembered":
        return cls(contact, contact.pk, contact.owner_id)


def tidy_website(text: str) -> str:
    """An address a browser can open, or nothing: a bare "atap.example" gets its https://."""
    text = text.strip()
    if not text or text.startswith(("http://", "https://")):
        return text
    if ":" in text.split("/")[0].split(".")[0]:
        raise NotContact("A website starts with http:// or https://.")
    return f"https://{text}"
