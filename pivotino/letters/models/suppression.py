"""Who is not written to any more, and about what."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel

UNDO = timedelta(days=30)


class Scope(models.TextChoices):
    """What is stopped. A person may take back the first two; the rest stays until somebody of us looked."""

    TOPIC = "topic", "One topic"
    MARKETING = "marketing", "All marketing"
    EVERYTHING = "everything", "Everything but what is waited for: nobody reads there"
    COMPLAINT = "complaint", "All marketing: called spam"
    LEGAL = "legal", "All marketing: a law or an authority says so"


OWN_WISH = (Scope.TOPIC, Scope.MARKETING)


class Suppression(ControlModel):
    """One address stopped for one scope. It outlives the address and every erasure, so that nobody is asked again.

    Deleting the row takes it back. `how` is the road it came by: link, one-click, reply, bounce, complaint, staff.
    """

    mark = models.CharField(max_length=32)
    scope = models.CharField(max_length=12, choices=Scope)
    topic = models.CharField(max_length=20, blank=True)
    how = models.CharField(max_length=20)
    reason = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(db_default=Now())

    holds = Holds(
        subject="recipient", purpose="to leave people alone who asked for it, or whose mailbox is gone", retention="for ever: it is a promise",
        export="letters: what is stopped, since when", erasure="kept: a mark without an address is what keeps somebody from being written to again",
        personal={"mark": "a keyed mark of the address"}, plain={"scope", "topic", "how", "reason", "since"},
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mark", "scope", "topic"], name="suppression_once"),
            models.CheckConstraint(condition=Q(scope="topic") ^ Q(topic=""), name="suppression_topic_named"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.topic}".strip()

    @property
    def may_be_undone(self) -> bool:
        """True for one's own wish, for thirty days; after that somebody signs up anew."""
        return self.scope in OWN_WISH and self.since > timezone.now() - UNDO
