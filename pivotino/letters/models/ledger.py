"""The ledger of letters, the envelopes that wait, and in development the letters themselves."""

from typing import Any, Self

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from pivotino.kit.holds import Holds
from pivotino.letters.kinds import Kind
from pivotino.letters.links import Link, links_of
from pivotino.tenancy.addresses import absolute
from pivotino.tenancy.models import ControlModel
from pivotino.ui.jinja import outside_url


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    HANDING_OVER = "handing over", "Handing over"
    SENT = "sent", "Sent"
    UNDELIVERABLE = "undeliverable", "Undeliverable"
    UNSURE = "unsure", "Unsure"
    HELD = "held", "Held back"
    CAME_BACK = "came back", "Came back"
    GIVEN_UP = "given up", "Given up"

    @property
    def is_settled(self) -> bool:
        """True where nothing more will happen to the letter."""
        return self not in (State.WAITING, State.HANDING_OVER)


class SentQuerySet(models.QuerySet["Sent"]):
    def to_person(self, address: str) -> Self:
        """What was written to one address, the newest first: what a person may ask us for."""
        return self.filter(to__iexact=address.strip()).order_by("-at")


class Sent(ControlModel):
    """One letter in the ledger, once a key for ever. It says that, when, to whom and why; never what the letter said.

    `topic` is set for marketing. `reference` is the Message-ID without our domain: what comes back names it.
    `trouble` is our sentence for the last failure. `instance_id` is set for letters that were written inside an instance.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in Kind])
    topic = models.CharField(max_length=20, blank=True)
    letter = models.CharField(max_length=200)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    why = models.CharField(max_length=400)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    instance_id = models.UUIDField(null=True, blank=True)
    reference = models.CharField(max_length=32, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = SentQuerySet.as_manager()

    holds = Holds(
        subject="account", purpose="to send each letter once and to show people what we wrote to them",
        retention="one year, of invitations thirty days; after that the key alone", export="letters", erasure="address, subject and reason emptied",
        personal={"to": "whom we wrote to", "subject": "may name a person or a company", "why": "may name who asked us to write"},
        plain={"key", "kind", "topic", "letter", "reference", "state", "instance_id", "tries", "trouble", "at", "sent_at"},
    )  # fmt: skip

    class Meta:
        ordering = [F("at").desc()]
        indexes = [
            models.Index(fields=["to", "at"], name="sent_to_person"),
            models.Index(fields=["state", "at"], name="sent_state"),
            models.Index(fields=["reference"], name="sent_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.state}"


class Envelope(ControlModel):
    """What a waiting letter says, until it was handed over. Then the row is gone."""

    sent = models.OneToOneField(Sent, on_delete=models.CASCADE, related_name="envelope")
    text = models.TextField()
    html = models.TextField()
    sender = models.CharField(max_length=300)
    reply_to = models.EmailField(blank=True)
    headers = models.JSONField(default=dict)

    holds = Holds(
        subject="account", purpose="to carry a letter to the mail server", retention="until it was handed over, a week at most",
        export="no: the person gets the letter itself", erasure="deleted",
        personal={"text": "the letter", "html": "the letter", "sender": "may name a company", "reply_to": "who reads the answer"},
        plain={"sent", "headers"},
    )  # fmt: skip

    def __str__(self) -> str:
        return str(self.sent_id)


class Kept(ControlModel):
    """A letter that was kept here instead of being sent. Only development has such rows."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    holds = Holds(
        subject="developer", purpose="to read letters while developing", retention="development only", export="no", erasure="deleted",
        personal={"to": "the address", "subject": "the letter", "text": "the letter", "html": "the letter", "headers": "the letter"},
        plain={"kind", "at"},
    )  # fmt: skip

    class Meta:
        ordering = [F("at").desc(), F("id").desc()]

    def __str__(self) -> str:
        return self.subject

    @property
    def links(self) -> list[Link]:
        """Where the letter leads to, in order, each once; our front page and the policy at its edges left out."""
        own = {absolute("/"), absolute(outside_url("privacy:policy"))}
        return [link for link in links_of(self.html, self.text) if link.href not in own]

    def as_json(self) -> dict[str, Any]:
        """As /_dev/mail.json tells it."""
        links = [{"text": link.text, "href": link.href} for link in self.links]
        return {"id": str(self.id), "to": self.to, "subject": self.subject, "kind": self.kind, "text": self.text,
                "html": self.html, "links": [link["href"] for link in links], "named_links": links, "at": self.at.isoformat()}  # fmt: skip
