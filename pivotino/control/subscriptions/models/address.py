"""The addresses customers have, had, or are about to have."""

from typing import Self
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from pivotino.kit.holds import Holds
from pivotino.kit.slugs import problem_with, skeleton, suggest_slug
from pivotino.tenancy.models import ControlModel, Instance


class AddressQuerySet(models.QuerySet["Address"]):
    def is_taken(self, slug: str) -> bool:
        """True where somebody has, had or could be confused with this address."""
        near = self.filter(Q(slug=slug) | Q(skeleton=skeleton(slug)))
        return near.exists() or Instance.objects.filter(slug=slug).exists()

    def suggest(self, company: str) -> str:
        """A free address near the company's name."""
        return suggest_slug(company, taken=self.is_taken)

    def reserve(self, owner: UUID, *, company: str, wish: str = "") -> "Address":
        """Keep an address for `owner`: the wished one if it is still free, else one near it. Repeating it finds the first."""
        while True:
            if mine := self.filter(owner=owner).first():
                return mine
            free = wish if wish and not problem_with(wish) and not self.is_taken(wish) else self.suggest(company)
            try:
                with transaction.atomic():
                    return self.create(owner=owner, slug=free, skeleton=skeleton(free))
            except IntegrityError:
                continue  # somebody was quicker; look again

    def of(self, owner: UUID) -> Self:
        return self.filter(owner=owner)


class Address(ControlModel):
    """A name under which an instance is found. It stays when the instance is gone: nobody else may answer to it.

    `owner` is the sign-up it was reserved for. `skeleton` is the name without look-alikes, so that "acrne" cannot pass
    for "acme".
    """

    slug = models.CharField(max_length=40, unique=True)
    skeleton = models.CharField(max_length=40, unique=True)
    owner = models.UUIDField(unique=True)
    reserved_at = models.DateTimeField(db_default=Now())

    objects = AddressQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to keep one address for one customer for ever", retention="kept, so that nobody can take it over",
        export="account", erasure="the owner is forgotten, the address stays out of use",
        personal={"slug": "chosen from the company's name", "skeleton": "the same without look-alikes",
                  "owner": "whose sign-up"}, plain={"reserved_at"},
    )  # fmt: skip

    def __str__(self) -> str:
        return self.slug
