"""Whom a mailing goes to: a list somebody picked by hand, or everybody who fits a few conditions at that moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.mailing.models.conditions import Conditions
from pivotino.instance.members.models import Member
from pivotino.kit.fold import one_line
from pivotino.kit.holds import Holds
from pivotino.tenancy import atomic
from pivotino.tenancy.models import InstanceModel


class AudienceQuerySet(models.QuerySet["Audience"]):
    def kept(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)


class Audience(InstanceModel):
    """A list when `wanted` is empty: its people are rows of Listed. Else a segment: `wanted` are its Conditions.

    A removed one keeps its row, so that a letter still says whom it went to, and a stop still holds.
    """

    name = models.CharField(max_length=120)
    wanted = models.JSONField(null=True, blank=True)
    people = models.ManyToManyField(Contact, through="Listed", related_name="+")
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AudienceQuerySet.as_manager()

    kind: ClassVar[str] = "audience"
    owner_id: ClassVar[None] = None

    holds = Holds(
        subject="member", purpose="to know whom a mailing goes to", retention="the customer decides", export="mailing",
        erasure="who made it is emptied", personal={"name": "may name somebody", "made_by": "who made it", "people": "who is on it"},
        plain={"wanted", "made_at", "removed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_list(self) -> bool:
        return self.wanted is None

    @property
    def conditions(self) -> Conditions:
        return Conditions.from_plain(self.wanted or {})

    @classmethod
    def make(cls, name: str, *, by: Member, id: UUID | None = None, conditions: Conditions | None = None) -> "Audience":
        """A new list, or with conditions a segment. The same `id` twice makes one."""
        with atomic():
            if id is not None and (made := cls.objects.filter(pk=id).first()):
                return made
            audience = cls(
                name=one_line(name), made_by=by, wanted=conditions.as_plain() if conditions is not None else None
            )
            audience.id = id or audience.id
            audience.save(force_insert=True)
            record("audience.made", audience, by=by, name=audience.name)
            return audience

    def change(self, *, name: str, by: Member, conditions: Conditions | None = None) -> None:
        """Another name, or other conditions. A list stays a list."""
        with atomic():
            before = self.name, self.wanted
            self.name = one_line(name)
            if not self.is_list and conditions is not None:
                self.wanted = conditions.as_plain()
            if (self.name, self.wanted) != before:
                self.save(update_fields=["name", "wanted"])
                record("audience.changed", self, by=by, name=self.name)

    def remove(self, *, by: Member) -> Event:
        return self._put(timezone.now(), "audience.removed", by)

    def restore(self, *, by: Member) -> Event:
        return self._put(None, "audience.restored", by)

    def add(self, contacts: Iterable[Contact], *, by: Member) -> int:
        """Put people on the list; how many were not on it yet."""
        here = set(self.listed.values_list("contact_id", flat=True))
        new = [contact for contact in contacts if contact.pk not in here]
        Listed.objects.bulk_create([Listed(audience=self, contact=one, by=by) for one in new], ignore_conflicts=True)
        return len(new)

    def drop(self, contact: Contact) -> None:
        self.listed.filter(contact=contact).delete()

    def contacts(self, member: Member) -> "models.QuerySet[Contact]":
        """Everybody it means now, as far as this member may know it."""
        if self.is_list:
            return Contact.objects.kept().filter(pk__in=self.listed.values("contact"))
        return self.conditions.contacts(member)

    def _put(self, removed_at: datetime | None, verb: str, by: Member) -> Event:
        with atomic():
            self.removed_at = removed_at
            self.save(update_fields=["removed_at"])
            return record(verb, self, by=by, name=self.name)


class Listed(InstanceModel):
    """One contact on one list."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="listed")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="contact", purpose="to write to the people of a list", retention="the customer decides", export="mailing",
        erasure="deleted with the contact", personal={"contact": "who is on it", "by": "who put them there"}, plain={"audience", "at"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("audience", "contact", name="listed_once")]
