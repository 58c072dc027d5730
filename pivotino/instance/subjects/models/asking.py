"""What people ask of the customer about their own data, each with its clock."""

from django.db import models
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import InstanceModel


class Sort(models.TextChoices):
    ACCESS = "access", "A copy of their data"
    CORRECTION = "correction", "A correction"
    ERASURE = "erasure", "To be erased"
    OBJECTION = "objection", "No more mailings"
    RESTRICTION = "restriction", "Stored, not used"
    PORTABILITY = "portability", "Their data for another company"


class AskingQuerySet(models.QuerySet["Asking"]):
    def open(self) -> "AskingQuerySet":
        return self.filter(answered_at__isnull=True)


class Asking(InstanceModel):
    """One request. `due_on` is the last day to answer by law. `handed` where Pivotino handed it over."""

    sort = models.CharField(max_length=12, choices=Sort)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="askings")
    who = models.CharField(max_length=200)
    address = models.EmailField(max_length=254, blank=True)
    said = models.TextField(max_length=4000, blank=True)
    handed = models.BooleanField(default=False)
    came_on = models.DateField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = AskingQuerySet.as_manager()

    holds = Holds(
        subject="contact", purpose="to answer people about their data in time, and to prove it", retention="the customer decides",
        export="requests of people", erasure="who asked, how to reach them and their words emptied; the dates stay as proof",
        personal={"contact": "who asked", "who": "who asked", "address": "to answer", "said": "free text", "answer": "free text", "by": "who answered"},
        plain={"sort", "handed", "came_on", "due_on", "answered_at", "at"},
    )  # fmt: skip

    class Meta:
        verbose_name = "request of a person"
        ordering = ["-came_on", "-id"]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
