"""Invoices, receipts and credit notes: numbered without a gap, written once, never changed."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.models import ControlModel


class Changed(RuntimeError):
    """A paper is never changed; a mistake is put right by another paper."""


class SeriesQuerySet(models.QuerySet["Series"]):
    def next(self, prefix: str, year: int) -> str:
        """The next number. It belongs to the transaction that asks: what is rolled back leaves no gap."""
        series, _ = self.get_or_create(prefix=prefix, year=year)
        self.filter(pk=series.pk).update(last=models.F("last") + 1)
        series.refresh_from_db(fields=["last"])
        return f"{prefix}-{year}-{series.last:05}"


class Series(ControlModel):
    """How far the numbers of one kind of paper have come in one year."""

    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = SeriesQuerySet.as_manager()

    holds = Nothing("to number papers without a gap", plain={"prefix", "year", "last"})

    class Meta:
        constraints = [models.UniqueConstraint("prefix", "year", name="one_series_a_year")]


class PaperQuerySet(models.QuerySet["Paper"]):
    def of(self, instance_id: UUID) -> "PaperQuerySet":
        return self.filter(instance_id=instance_id).order_by("-issued_at", "-number")

    def issue(self, kind: str, *, instance_id: UUID, cause: str, facts: dict[str, Any], **more: Any) -> "Paper":
        """Write a paper once for its cause; the same cause again finds the first. Call it in a transaction."""
        if found := self.filter(kind=kind, cause=cause).first():
            return found
        now = timezone.now()
        number = Series.objects.next(Paper.PREFIX[kind], now.year)
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        paper = Paper(
            kind=kind, number=number, instance_id=instance_id, cause=cause, issued_at=now, facts=facts,
            sha256=hashlib.sha256(text.encode()).hexdigest(), **more,
        )  # fmt: skip
        paper.save(force_insert=True)
        return paper


class Paper(ControlModel):
    """One invoice, receipt or credit note. `facts` is all that stands on it, names and addresses as they were that day.

    The database refuses every change. `instance_id` is no foreign key: the books are kept longer than the database.
    `cause` is the bill or refund it is about; `about` the number of the invoice that a receipt or credit note belongs to.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        RECEIPT = "receipt", "Receipt"
        CREDIT = "credit", "Credit note"

    PREFIX = {Kind.INVOICE.value: "INV", Kind.RECEIPT.value: "RCP", Kind.CREDIT.value: "CRN"}

    kind = models.CharField(max_length=8, choices=Kind)
    number = models.CharField(max_length=20, unique=True)
    instance_id = models.UUIDField(db_index=True)
    cause = models.CharField(max_length=120)
    about = models.CharField(max_length=20, blank=True)
    issued_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    facts = models.JSONField()
    sha256 = models.CharField(max_length=64)

    objects = PaperQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="the law wants books to be kept", retention="10 years after the year of the paper",
        export="account", erasure="kept until the law lets go, then deleted",
        personal={"instance_id": "whose", "facts": "name and address of the buyer on that day"},
        plain={"kind", "number", "cause", "about", "issued_at", "currency", "total_minor", "sha256"},
    )  # fmt: skip

    class Meta:
        ordering = ["-issued_at", "-number"]
        constraints = [models.UniqueConstraint("kind", "cause", name="one_paper_for_a_cause")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Changed(f"{self.number} is written.")
        super().save(*args, **kwargs)

    @property
    def is_whole(self) -> bool:
        """Whether it still says what was written."""
        text = json.dumps(self.facts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest() == self.sha256


class Print(ControlModel):
    """The sealed PDF of a paper: made once, then the same bytes for ever."""

    paper = models.OneToOneField(Paper, on_delete=models.CASCADE, related_name="print")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    holds = Holds(
        subject="subscriber", purpose="the law wants papers to be kept as they were sent", retention="as the paper",
        export="account", erasure="with the paper", personal={"content": "the paper as a file"},
        plain={"paper", "sha256", "made_at"},
    )  # fmt: skip

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Changed(f"The print of {self.paper_id} is sealed.")
        super().save(*args, **kwargs)
