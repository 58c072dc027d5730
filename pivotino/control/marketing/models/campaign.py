"""Campaigns: our own letters to many, each on one of five topics, to people who registered and to people who might."""

from functools import cached_property
from typing import Any

from django.db import models

from pivotino.kit.holds import Holds, Nothing
from pivotino.letters.bulletins import blocks
from pivotino.letters.bulletins.engine import (
    BULLETIN_FIELDS,
    FOLLOWED_FIELDS,
    RECIPIENT_FIELDS,
    RECIPIENT_PERSONAL,
    BulletinBase,
    FollowedBase,
    RecipientBase,
    Standing,
)
from pivotino.letters.bulletins.links import counted
from pivotino.letters.bulletins.pictures import PICTURE_FIELDS, PictureBase
from pivotino.letters.topics import TOPICS, Topic
from pivotino.tenancy.addresses import absolute, control_url
from pivotino.tenancy.models import ControlModel


def _way(token: str) -> str:
    return absolute(control_url("marketing:go", token=token))


class Campaign(BulletinBase, ControlModel):
    """One campaign. `aim` says whom it is for, `counts` how many those were when they were last counted."""

    topic = models.CharField(max_length=20, choices=[(topic.name, topic.title) for topic in TOPICS.values()])
    aim = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    by = models.CharField(max_length=160)

    holds = Holds(
        subject="staff", purpose="to write to people who may want to hear of us", retention="as long as its numbers are of use",
        export="no", erasure="kept; the name stays as in the register of deeds",
        personal={"by": "who of us wrote it"}, plain=BULLETIN_FIELDS | {"topic", "aim", "counts"},
    )  # fmt: skip

    class Meta:
        ordering = ["-made_at", "-id"]

    @property
    def about(self) -> Topic:
        return TOPICS[self.topic]

    @cached_property
    def drawn(self) -> dict[str, Any]:
        """Both twins of the body, drawn once for all letters of a batch; its links count."""
        return self.draw(counted(self.pk, _way))

    def draw(self, link: blocks.Link = str) -> dict[str, Any]:
        """Both twins of what is ready, with every address as it is or led another way."""
        said = blocks.ready(self.body)
        return {"body_html": blocks.as_html(said, link), "body_text": blocks.as_text(said, link)}


STATES = {Standing.SENT: "won", Standing.WAITING: "nothing", Standing.LEAVING: "today", Standing.HELD: "lost"}


class Recipient(RecipientBase, ControlModel):
    """One person and one campaign. `kind` is subscriber or prospect."""

    bulletin = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients")

    holds = Holds(
        subject="recipient", purpose="to write once to each person a campaign is for, and to say why or why not",
        retention="the address until thirty days after the end; then a keyed mark and what became of the letter",
        export="letters", erasure="address, name and reason emptied after thirty days; the mark keeps a second letter away",
        personal=RECIPIENT_PERSONAL, plain=RECIPIENT_FIELDS,
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("bulletin", "mark", name="campaign_once_a_person")]
        indexes = [models.Index(fields=["bulletin", "standing", "due_at"], name="campaign_line")]

    @property
    def state(self) -> str:
        """How the page draws it."""
        return STATES.get(Standing(self.standing), "overdue")


class Followed(FollowedBase, ControlModel):
    """How often an address in a campaign was followed, by whomever."""

    bulletin = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="followed")

    holds = Nothing("to know what people look for: a number an address", plain=FOLLOWED_FIELDS)

    class Meta:
        constraints = [models.UniqueConstraint("bulletin", "address", name="campaign_address_once")]


class Picture(PictureBase, ControlModel):
    """A picture in our letters, public like the letters it is in."""

    holds = Nothing("to show pictures in our letters without telling anybody who reads", plain=PICTURE_FIELDS)

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"

    @property
    def address(self) -> str:
        return control_url("marketing:picture", pk=self.pk)
