"""A letter to many of one's own contacts, who got it, and how often its links were followed."""

from functools import cached_property
from typing import ClassVar
from uuid import UUID

from django.db import models

from pivotino.instance.mailing.models.audience import Audience
from pivotino.instance.mailing.models.sender import Sender
from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds, Nothing
from pivotino.letters.bulletins.engine import (
    BULLETIN_FIELDS,
    FOLLOWED_FIELDS,
    RECIPIENT_FIELDS,
    RECIPIENT_PERSONAL,
    BulletinBase,
    FollowedBase,
    RecipientBase,
)
from pivotino.tenancy.models import InstanceModel


class Mailing(BulletinBase, InstanceModel):
    """One letter to one audience. `trouble` is why it stands still: the mail server's side, in our words."""

    audience = models.ForeignKey(Audience, null=True, blank=True, on_delete=models.SET_NULL, related_name="mailings")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    trouble = models.CharField(max_length=200, blank=True)

    kind: ClassVar[str] = "mailing"

    holds = Holds(
        subject="member", purpose="to write to many contacts at once, and to know what became of it", retention="the customer decides",
        export="mailing", erasure="who wrote it is emptied", personal={"by": "who wrote it", "body": "may name somebody"},
        plain={"audience", "trouble", *BULLETIN_FIELDS - {"body"}},
    )  # fmt: skip

    class Meta:
        ordering = ["-made_at", "-id"]

    @cached_property
    def sender(self) -> Sender:
        """In whose name it goes; read once while this object lives."""
        return Sender.ours()

    @property
    def owner_id(self) -> UUID | None:
        """Whose record this is, for its history: whoever wrote it."""
        return self.by_id


class Recipient(RecipientBase, InstanceModel):
    """One address and one mailing. `handed_at` is set before the mail server gets the letter, so nothing goes twice."""

    bulletin = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="recipients")
    handed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    holds = Holds(
        subject="contact", purpose="to send each letter once, and to know who got it",
        retention="the address for thirty days after the end, then the mark alone", export="mailing",
        erasure="address and name emptied", personal=RECIPIENT_PERSONAL, plain={*RECIPIENT_FIELDS, "handed_at", "tries"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("bulletin", "mark", name="mailing_recipient_once")]
        indexes = [models.Index(fields=["bulletin", "standing", "due_at"], name="mailing_recipient_waits")]


class Followed(FollowedBase, InstanceModel):
    """How often one link of one mailing was followed, and by nobody in particular."""

    bulletin = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="followed")

    holds = Nothing("to know what people look at, without knowing who", plain=FOLLOWED_FIELDS)

    class Meta:
        constraints = [models.UniqueConstraint("bulletin", "address", name="mailing_followed_once")]
