"""Whom an invoice is made out to."""

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.kit.places import countries
from pivotino.tenancy.models import ControlModel, Instance


class Buyer(ControlModel):
    """The billing details of one instance. What was printed on a paper already is kept there, and does not change."""

    instance = models.OneToOneField(Instance, on_delete=models.CASCADE, related_name="buyer")
    name = models.CharField(max_length=200)
    attention = models.CharField(max_length=160, blank=True)
    email = models.EmailField(blank=True)
    street = models.CharField(max_length=200, blank=True)
    more = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2)
    registration = models.CharField(max_length=40, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    vat_id = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="subscriber", purpose="to make out invoices as the law wants them", retention="as long as there is a database",
        export="account", erasure="row deleted with the database; papers stay as long as the books must be kept",
        personal={"instance": "whose", "name": "may be a person's", "attention": "a person", "email": "to send papers to",
                  "street": "may be a home", "more": "may be a home", "postcode": "may be a home", "city": "may be a home",
                  "region": "may be a home", "registration": "a sole trader's is a person's", "tax_number": "a person's",
                  "vat_id": "a sole trader's is a person's"},
        plain={"country", "reference", "changed_at"},
    )  # fmt: skip

    @property
    def lines(self) -> list[str]:
        """The address as it stands on a paper."""
        town = " ".join(filter(None, [self.postcode, self.city]))
        country = dict(countries()).get(self.country, self.country)
        return [line for line in (self.attention, self.street, self.more, town, self.region, country) if line]

    @property
    def is_complete(self) -> bool:
        """Whether it holds what an invoice to a business needs."""
        return bool(self.name and self.street and self.city and self.country)
