"""What was said in a ticket."""

from django.db import models
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.models.ticket import Ticket
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel


class Direction(models.TextChoices):
    IN = "in", "From them"
    OUT = "out", "From us"
    NOTE = "note", "Among us"


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> "MessageQuerySet":
        """What the requester may read: all but our notes."""
        return self.exclude(direction=Direction.NOTE)


class Message(ControlModel):
    """One thing said, in order of `at`. Passwords and card numbers were masked before it came here; `masked` says which.

    `heard` marks what came by mail, so that the same mail is taken once, whichever way it comes. `message_id` is that of their
    mail; ours are in the ledger of letters. `auto`: a machine wrote it, nobody answers it. `sender` is set where it came from another address than the requester's. `doubtful`: its mail server could not vouch for it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction)
    body = models.TextField()
    author = models.CharField(max_length=160, blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    heard = models.CharField(max_length=64, unique=True, null=True, blank=True)
    message_id = models.CharField(max_length=250, blank=True)
    sender = models.EmailField(blank=True)
    auto = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    masked = models.JSONField(default=list, blank=True)
    attachments = models.JSONField(default=list, blank=True)

    objects = MessageQuerySet.as_manager()

    holds = Holds(
        subject="requester", purpose="to answer what was asked, by somebody who knows what was said before",
        retention="as long as the ticket", export="the requester reads all but our notes at any time", erasure="emptied with the ticket",
        personal={"body": "their words and ours", "author": "who said it", "account": "who of us said it", "sender": "where it came from",
                  "attachments": "the names of what was sent along and not kept", "message_id": "the mail it came in"},
        plain={"ticket", "direction", "at", "heard", "auto", "doubtful", "masked"},
    )  # fmt: skip

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index("message_id", name="message_by_theirs")]

    def __str__(self) -> str:
        return f"{self.direction} {self.at:%Y-%m-%d %H:%M}"
