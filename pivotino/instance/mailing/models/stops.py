"""Who gets none of this company's mailings any more. These are the customer's, and Pivotino's own stops know nothing of them."""

import hashlib
import hmac
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history.recording import record
from pivotino.instance.mailing.models.audience import Audience
from pivotino.instance.mailing.models.sender import Sender
from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds
from pivotino.tenancy import atomic
from pivotino.tenancy.models import InstanceModel


class How(models.TextChoices):
    """The road a stop came by."""

    LINK = "link", "With the link in a letter"
    ONE_CLICK = "one-click", "With the button of their mail program"
    BOUNCE = "bounce", "Nobody reads at this address"
    ASKED = "asked", "They said so"


def mark_of(address: str, key: str) -> str:
    """Recognises an address without telling it. `key` is the company's own, so the same address is another mark elsewhere."""
    return hmac.new(key.encode(), address.strip().lower().encode(), hashlib.sha256).hexdigest()[:32]


class Stop(InstanceModel):
    """One address that is not written to: about one audience, or at all where `audience` is empty.

    Deleting the row takes it back. It outlives the contact, so that somebody who was erased and comes in again with a list
    is still left alone. `flagged` are the contacts that got their *no mailings* from it.
    """

    mark = models.CharField(max_length=32)
    audience = models.ForeignKey(Audience, null=True, blank=True, on_delete=models.CASCADE, related_name="stops")
    how = models.CharField(max_length=10, choices=How)
    reason = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(default=timezone.now)
    flagged = models.JSONField(default=list)

    kind: ClassVar[str] = "mailing_stop"
    owner_id: ClassVar[None] = None

    holds = Holds(
        subject="contact", purpose="to leave people alone who asked for it, or whose mailbox is gone",
        retention="as long as the instance: it is a promise", export="mailing",
        erasure="kept: a mark without an address is what keeps somebody from being written to again",
        personal={"mark": "a keyed mark of the address", "flagged": "whom it is about"},
        plain={"audience", "how", "reason", "since"},
    )  # fmt: skip

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint("mark", "audience", name="mailing_stop_once"),
            models.UniqueConstraint("mark", condition=Q(audience__isnull=True), name="mailing_stop_all_once"),
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.since:%Y-%m-%d}"


def stop(mark: str, *, audience: Audience | None, how: How, reason: str = "") -> Stop:
    """Leave this address alone from now on. Twice is once; the first day and road stay. At all: its contacts are flagged too."""
    with atomic():
        row, fresh = Stop.objects.get_or_create(
            mark=mark, audience=audience, defaults={"how": how, "reason": reason[:200]}
        )
        if fresh and audience is None:
            flagged = [contact for contact in contacts_of(mark) if contact.want_mailings(False, by=None)]
            row.flagged = [str(contact.pk) for contact in flagged]
            row.save(update_fields=["flagged"])
        return row


def take_back(mark: str, *, audience: Audience | None = None, by: Member | None = None) -> None:
    """They want it again: what was stopped for this audience and at all is forgotten, and so are the flags it set."""
    with atomic():
        for row in Stop.objects.filter(Q(audience=audience) | Q(audience__isnull=True), mark=mark):
            lift(row, by=by)


def lift(row: Stop, *, by: Member | None) -> None:
    """One stop is over. `by` is the member who says so: only of a bounce, for wishes are the person's own."""
    with atomic():
        for contact in Contact.objects.filter(pk__in=row.flagged):
            contact.want_mailings(True, by=by)
        if by is not None:
            record("mailing_stop.lifted", row, by=by)
        row.delete()


def contacts_of(mark: str) -> list[Contact]:
    """The contacts at this address; every address has to be marked to know."""
    key = Sender.ours().key
    rows = Contact.objects.kept().exclude(email="").values_list("pk", "email")
    mine = [pk for pk, email in rows.iterator() if mark_of(email, key) == mark]
    return list(Contact.objects.filter(pk__in=mine))


def stops_of(address: str) -> list[Stop]:
    """What this address stopped."""
    rows = Stop.objects.select_related("audience").filter(mark=mark_of(address, Sender.ours().key))
    return list(rows) if address else []
