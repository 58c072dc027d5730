"""A file that hangs on a message."""

from django.db import models

from pivotino.control.helpdesk.models.message import Message
from pivotino.kit.holds import Holds
from pivotino.kit.uploads import Taken
from pivotino.tenancy.models import ControlModel


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def hang(self, message: Message, taken: Taken) -> "Attachment":
        return self.create(
            message=message, name=taken.name, type=taken.kind.type, size=len(taken.data), data=taken.data, is_looked_at=taken.looked
        )  # fmt: skip

    def listed(self) -> "AttachmentQuerySet":
        """Without the bytes, for a page."""
        return self.defer("data")


class Attachment(ControlModel):
    """One file, judged before it came here. Until ClamAV looked at it, where there is one, nobody opens it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    data = models.BinaryField()
    is_looked_at = models.BooleanField(default=True)

    objects = AttachmentQuerySet.as_manager()

    holds = Holds(
        subject="requester", purpose="to see what a question is about", retention="as long as the ticket",
        export="the requester takes it from the page of the question", erasure="row deleted",
        personal={"name": "chosen by who sent it", "data": "what they sent"}, plain={"message", "type", "size", "is_looked_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
