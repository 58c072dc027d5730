"""Companies and people outside: whom we sell to."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import InstanceModel


class ContactKind(models.TextChoices):
    COMPANY = "company", "Company"
    PERSON = "person", "Person"


class AddressKind(models.TextChoices):
    CONTACT = "contact", "Contact"
    INVOICE = "invoice", "Invoice address"
    DELIVERY = "delivery", "Delivery address"
    OTHER = "other", "Other address"
    PRIVATE = "private", "Private address"


class Label(InstanceModel):
    """A word that groups contacts."""

    name = models.CharField(max_length=60, unique=True)

    holds = Nothing("to group contacts", plain={"name"})

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def kept(self) -> Self:
        """Contacts that were not removed."""
        return self.filter(removed_at__isnull=True)

    def companies(self) -> Self:
        return self.kept().filter(kind=ContactKind.COMPANY)

    def people(self) -> Self:
        return self.kept().filter(kind=ContactKind.PERSON)


class Contact(InstanceModel):
    """A company or a person. People may belong to a company; every member sees all contacts."""

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
            "notes": "free text", "external_id": "the number another system gave", "company": "where they work",
        },
        plain={"kind", "address_kind", "country", "industry", "employees", "owner", "import_id", "version", "created_at",
               "removed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["folded"]
        indexes = [models.Index(fields=["email"], name="contact_by_email", condition=~Q(email=""))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_company(self) -> bool:
        return self.kind == ContactKind.COMPANY
