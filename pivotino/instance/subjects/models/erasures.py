"""Erasing one person: the plan, the days to think again, what names them in other texts, the certificate."""

import json
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import models
from django.utils import timezone

from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import InstanceModel

COOL_OFF = timedelta(days=3)
SALT = "pivotino.subjects.certificate"


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def standing(self) -> "ErasureQuerySet":
        """Asked for and neither stopped nor finished."""
        return self.filter(stopped_at__isnull=True, finished_at__isnull=True)


class Erasure(InstanceModel):
    """One person leaves. Waits until `goes_at`, is `done_at` then, and `finished_at` when nothing waits for review.

    `blanked` are the kinds of sales that stay without the person. `marks` are the words by which texts are searched; they
    are emptied when it is finished. `counts` says how many of what, and names nobody.
    """

    contact_id = models.UUIDField()
    asking = models.ForeignKey(
        "subjects.Asking", null=True, blank=True, on_delete=models.SET_NULL, related_name="erasures"
    )
    blanked = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    marks = models.JSONField(default=list)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    goes_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    holds = Holds(
        subject="contact", purpose="to erase somebody, and to prove it", retention="as long as the instance: it is the proof", export="erasures",
        erasure="the words are emptied when it is finished; an opaque number and the counts stay",
        personal={"contact_id": "an opaque number", "marks": "the words by which texts are searched, until it is finished", "by": "who asked for it"},
        plain={"asking", "blanked", "counts", "asked_at", "goes_at", "stopped_at", "done_at", "finished_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint("contact_id", condition=models.Q(stopped_at__isnull=True, finished_at__isnull=True),
                                    name="one_erasure_at_a_time"),
        ]  # fmt: skip

    @property
    def state(self) -> str:
        """waiting · stopped · reviewing · finished"""
        if self.stopped_at:
            return "stopped"
        if self.finished_at:
            return "finished"
        return "reviewing" if self.done_at else "waiting"

    @property
    def proof(self) -> str:
        """Signs what the certificate says; another word in it, another proof."""
        moments = [moment.isoformat() if moment else "" for moment in (self.asked_at, self.done_at, self.finished_at)]
        return signing.Signer(salt=SALT).signature(json.dumps([str(self.pk), self.counts, moments], sort_keys=True))


class Mention(InstanceModel):
    """A text of another record that may name the person. A human says whether; the text itself is not copied here."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="mentions")
    model = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    record = models.CharField(max_length=40)
    blanked = models.BooleanField(null=True, blank=True)

    holds = Holds(
        subject="contact", purpose="to find a person in free text", retention="as the erasure", export="erasures", erasure="ids only",
        personal={"record": "an opaque number of the record that may name them"}, plain={"erasure", "model", "field", "blanked"},
    )  # fmt: skip

    class Meta:
        verbose_name = "text that may name somebody"
        constraints = [models.UniqueConstraint("erasure", "model", "field", "record", name="mentioned_once")]

    @property
    def record_id(self) -> int | UUID:
        return int(self.record) if self.record.isdigit() else UUID(self.record)
