"""An opportunity, and what is kept beside it: its stays in stages, its outcome, its notes and tags."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models.losses import LostReason
from pivotino.instance.pipeline.models.stage import Stage
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.fields import RankField
from pivotino.tenancy.models import InstanceModel


class Tag(InstanceModel):
    """A short word on a card."""

    name = models.CharField(max_length=40, unique=True)
    colour = models.PositiveSmallIntegerField(default=1)

    holds = Nothing("to mark cards", plain={"name", "colour"})

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def visible_to(self, member: Member) -> Self:
        """What this member may see and change: everything for an owner, else the own ones. The only door to cards."""
        kept = self.filter(removed_at__isnull=True)
        return kept if member.sees_all else kept.filter(owner_id=member.seen_owner)


class Opportunity(InstanceModel):
    """A sale that may happen. A card on the board is its picture.

    `amount_minor` is what was typed, in minor units of `currency`; `base_minor` the same in the company's currency at
    `rate` of `rate_on`. `next_on/next_kind/next_summary` repeat the earliest open activity, and `open_others` counts open
    activities that a person planned (they guard the closing, rule R4): the activities room writes them through
    `plan_changed`. `version` rises with every change; a move or an edit carries the version it saw.
    """

    title = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunities")
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    base_minor = models.BigIntegerField(default=0)
    rate = models.DecimalField(max_digits=20, decimal_places=10, default=1)
    rate_on = models.DateField(null=True, blank=True)
    probability = models.PositiveSmallIntegerField(default=0)
    expected_closing = models.DateField(null=True, blank=True)
    manual_closing = models.BooleanField(default=False)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="opportunities")
    stars = models.PositiveSmallIntegerField(default=0)
    tags = models.ManyToManyField(Tag, blank=True, related_name="opportunities")
    product = models.CharField(max_length=120, blank=True)
    notes = models.TextField(blank=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="opportunities")
    stage_since = models.DateTimeField()
    position = RankField()
    next_on = models.DateField(null=True, blank=True)
    next_kind = models.CharField(max_length=20, blank=True)
    next_summary = models.CharField(max_length=200, blank=True)
    open_others = models.PositiveSmallIntegerField(default=0)
    days_to_win = models.PositiveIntegerField(null=True, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    import_id = models.UUIDField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OpportunityQuerySet.as_manager()

    kind = "opportunity"

    holds = Holds(
        subject="contact", purpose="to follow a sale from the first word to its end", retention="the customer decides",
        export="opportunities", erasure="kept without the person",
        personal={"title": "free text", "contact": "whose sale it is", "email": "to reach", "phone": "to reach",
                  "notes": "free text", "next_summary": "free text", "external_id": "the number another system gave"},
        plain={"amount_minor", "currency", "base_minor", "rate", "rate_on", "probability", "expected_closing",
               "manual_closing", "owner", "stars", "product", "stage", "stage_since", "position", "next_on", "next_kind",
               "open_others", "days_to_win", "import_id", "created_at", "closed_at", "removed_at", "version"},
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "opportunities"
        indexes = [
            models.Index(fields=["stage", "position"], name="card_by_hand", condition=Q(removed_at__isnull=True)),
            models.Index(F("stage"), F("next_on"), F("id").desc(), name="card_by_next", condition=Q(removed_at__isnull=True)),
            models.Index(fields=["owner", "stage", "position"], name="card_own_by_hand", condition=Q(removed_at__isnull=True)),
            models.Index(F("owner"), F("stage"), F("next_on"), F("id").desc(), name="card_own_by_next",
                         condition=Q(removed_at__isnull=True)),
            models.Index(fields=["external_id"], name="card_by_external_id", condition=~Q(external_id="")),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(probability__lte=100), name="probability_is_percent"),
            models.CheckConstraint(condition=Q(stars__lte=3), name="stars_up_to_three"),
        ]

    def __str__(self) -> str:
        return self.title


class Stay(InstanceModel):
    """One stay of an opportunity in a stage. Without `ended_at` it is there now. Won and Lost end as they start."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="stays")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    holds = Nothing("to see how long each step takes", plain={"opportunity", "stage", "owner", "started_at", "ended_at"})

    class Meta:
        constraints = [
            models.UniqueConstraint("opportunity", condition=Q(ended_at__isnull=True), name="stay_one_open"),
        ]


class OutcomeKind(models.TextChoices):
    WON = "won", "Won"
    LOST = "lost", "Lost"


class Outcome(InstanceModel):
    """How an opportunity ended. Without a row it is open; deleting the row reopens it."""

    opportunity = models.OneToOneField(Opportunity, on_delete=models.CASCADE, related_name="outcome")
    kind = models.CharField(max_length=4, choices=OutcomeKind)
    reason = models.ForeignKey(LostReason, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    stage_before = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_on = models.DateField()

    holds = Holds(
        subject="contact", purpose="to learn why sales end", retention="as the opportunity", export="opportunities",
        erasure="note emptied", personal={"note": "free text"},
        plain={"opportunity", "kind", "reason", "stage_before", "closed_on"},
    )  # fmt: skip


class Note(InstanceModel):
    """What a member wrote on a card. Only the team sees it."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="written")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="contact", purpose="to remember what was said", retention="as the opportunity", export="opportunities",
        erasure="body searched and emptied", personal={"body": "free text", "by": "who wrote it"},
        plain={"opportunity", "at", "removed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
