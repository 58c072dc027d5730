"""One file somebody brought, from the upload to the day it is forgotten."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.mapping import Mapping
from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import InstanceModel

KEPT_FOR = timedelta(days=30)


class NotNow(ValueError):
    """This cannot be done to an import as it stands; the message says why, in words for the person who tried."""


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, member: Member) -> Self:
        """Business Owners see every import, others their own. The only door to them."""
        kept = self.filter(discarded_at__isnull=True)
        return kept if member.sees_all else kept.filter(uploaded_by=member)

    def to_forget(self) -> Self:
        """Those whose file and rows have been kept long enough."""
        return self.filter(at__lt=timezone.now() - KEPT_FOR, forgotten_at__isnull=True)


class Import(InstanceModel):
    """A file and what became of it. Its state is the newest of its moments; `problem` says what stopped it.

    `plan` is how its columns are read (`mapping.Mapping` as JSON), `words` what a look at the whole sheet found, `invited`
    the names that become members, `made` what was made beside the rows. `round` rises with every new plan, so that work
    begun for an older one stops by itself; `cursor` is the last row that `round` has dealt with.
    """

    name = models.CharField(max_length=200)
    ending = models.CharField(max_length=4)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    what = models.CharField(max_length=13, choices=[(kind.value, kind.value) for kind in Kind], blank=True)
    uploaded_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, db_index=False, related_name="imports"
    )
    at = models.DateTimeField(db_default=Now())
    plan = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    invited = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    round = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    part = models.CharField(max_length=10, blank=True)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    proposing_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    applying_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    taking_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    # What sort of record this is, for its history.
    kind: ClassVar[str] = "import"

    holds = Holds(
        subject="contact", purpose="to bring a list in, and to take it back", retention="30 days, then only the figures",
        export="no: what it brought is in the records", erasure="file and rows removed",
        personal={"name": "a file may be called after a person", "words": "names of sellers in the sheet",
                  "invited": "names of colleagues in the sheet", "plan": "names of sellers in the sheet",
                  "uploaded_by": "who brought it", "applied_by": "who took it in"},
        plain={"ending", "size", "sha256", "what", "at", "made", "round", "cursor", "part", "rows", "done", "counts", "problem",
               "read_at", "proposing_at", "proposed_at", "applying_at", "applied_at", "taking_back_at", "taken_back_at",
               "failed_at", "discarded_at", "forgotten_at"},
    )  # fmt: skip

    class Meta:
        ordering = [F("id").desc()]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> UUID | None:
        """Whose record this is, for its history: of the member who brought it."""
        return self.uploaded_by_id

    @property
    def mapping(self) -> Mapping:
        return Mapping.from_plain(self.plan)

    @property
    def is_of(self) -> Kind:
        return Kind(self.what)

    @property
    def state(self) -> str:
        """reading · refused · unread · open · proposing · proposed · applying · applied · taking-back · taken-back"""
        if self.taken_back_at:
            return "taken-back"
        if self.taking_back_at:
            return "taking-back"
        if self.applied_at:
            return "applied"
        if self.applying_at:
            return "applying"
        if self.failed_at:
            return "refused"
        if not self.read_at:
            return "reading"
        if self.proposed_at:
            return "proposed"
        return "proposing" if self.proposing_at else "open"

    @property
    def is_busy(self) -> bool:
        return self.state in ("reading", "proposing", "applying", "taking-back")

    @property
    def may_change(self) -> bool:
        """True as long as nothing of it was written."""
        return not self.applying_at and not self.forgotten_at and self.state not in ("refused", "reading")

    @property
    def may_be_taken_back(self) -> bool:
        return self.state == "applied" and not self.forgotten_at

    @property
    def file_goes_on(self) -> datetime:
        return self.at + KEPT_FOR

    def begin_again(self, **changes: Any) -> None:
        """A new round: whatever an older one was doing comes to nothing. Raises NotNow once rows were written."""
        fresh = {
            "proposing_at": None, "proposed_at": None, "failed_at": None, "problem": "", "cursor": 0, "done": 0, "part": "",
            "counts": {}, "round": F("round") + 1, **changes,
        }  # fmt: skip
        open_ones = Import.objects.filter(
            pk=self.pk, applying_at__isnull=True, forgotten_at__isnull=True, discarded_at__isnull=True
        )
        if not open_ones.update(**fresh):
            raise NotNow("This file was taken in already. Take it back first, or bring it again.")
        self.refresh_from_db()

    def step(self, *, part: str, cursor: int, **changes: Any) -> bool:
        """Move on from where this object stands; False where another worker, or a newer round, was here meanwhile."""
        here = Import.objects.filter(pk=self.pk, round=self.round, part=self.part, cursor=self.cursor)
        if not here.update(part=part, cursor=cursor, **changes):
            return False
        self.part, self.cursor = part, cursor
        for field, value in changes.items():
            setattr(self, field, value)
        return True
