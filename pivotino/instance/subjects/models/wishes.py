"""Where a contact came from, what they said yes or no to, and whether their data may only be stored."""

from django.db import models
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import InstanceModel


class Source(InstanceModel):
    """How we got somebody's data, in somebody's words."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="source")
    how = models.CharField(max_length=200)
    on = models.DateField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    holds = Holds(
        subject="contact", purpose="to tell people where we have their data from", retention="as the contact", export="sources of contacts",
        erasure="deleted with the contact", personal={"contact": "whose data", "how": "free text", "by": "who noted it"}, plain={"on"},
    )  # fmt: skip


class Consent(InstanceModel):
    """One yes or no to one topic, with the words that were asked. Never changed: the newest of a topic holds."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    topic = models.CharField(max_length=80)
    given = models.BooleanField()
    how = models.CharField(max_length=120)
    wording = models.TextField(max_length=2000, blank=True)
    on = models.DateField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="contact", purpose="to prove what somebody agreed to", retention="as the contact", export="consents of contacts",
        erasure="deleted with the contact",
        personal={"contact": "who said it", "topic": "to what", "given": "yes or no", "how": "by which road", "wording": "what they were asked",
                  "by": "who noted it"},
        plain={"on", "at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-on", "-at", "-id"]


class Restriction(InstanceModel):
    """Their data may be stored and not changed or used until somebody lifts it. Deleting the row lifts it."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="restriction")
    why = models.CharField(max_length=200)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="contact", purpose="to leave data alone while it is disputed", retention="until it is lifted", export="sources of contacts",
        erasure="deleted with the contact", personal={"contact": "whose data", "why": "free text", "by": "who said so"}, plain={"since"},
    )  # fmt: skip
