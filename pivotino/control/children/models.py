"""A report that we hold something about a child: who looked, what was put away at once, and how it ended."""

from datetime import datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.kit.places import HOME, zone_of
from pivotino.tenancy.models import ControlModel

SATURDAY = 5
KEPT = timedelta(days=2 * 366)


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True)

    def untriaged(self) -> Self:
        return self.open().filter(triaged_at__isnull=True)


class Report(ControlModel):
    """One report, with its ticket. Somebody triages it within a working day; where it is confirmed the data is put away in the
    same moment, and another of us decides whether it goes or comes back. `address` is the child's, as far as we know it, `guardian`
    that of a parent; both are emptied at the end. `put_away` says what to bring back if the report was wrong.
    """

    class End(models.TextChoices):
        ERASED = "erased", "Erased"
        RELEASED = "released", "Was wrong: everything is as before"
        UNFOUNDED = "unfounded", "Nothing found"
        PASSED = "passed", "Passed on to the customer who answers for it"

    ticket = models.CharField(max_length=12, unique=True)
    address = models.EmailField(blank=True)
    guardian = models.EmailField(blank=True)
    slug = models.CharField(max_length=40, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True, blank=True)
    triaged_id = models.UUIDField(null=True, blank=True)
    triaged_by = models.CharField(max_length=160, blank=True)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    put_away = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_id = models.UUIDField(null=True, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    erasure_id = models.UUIDField(null=True, blank=True)
    end = models.CharField(max_length=9, choices=End, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    holds = Holds(
        subject="child", purpose="to find, put away and erase what we hold about a child", retention="without the addresses: two years after it is done",
        export="no: by request", erasure="addresses emptied when it is done",
        personal={"address": "where the child reads mail", "guardian": "a parent or guardian, to write to", "slug": "in whose database", "put_away": "ids of what was put away",
                  **{f"{what}_{part}": "who of us decided" for what in ("triaged", "decided") for part in ("id", "by")}},
        plain={"ticket", "reported_at", "due_at", "triaged_at", "quarantined_at", "decided_at", "erasure_id", "end", "done_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-reported_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarantined_at__isnull=True) | Q(decided_id__isnull=True) | ~Q(decided_id=F("triaged_id")),
                name="two_decide_about_a_child",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Report {self.ticket}"

    @property
    def state(self) -> str:
        if self.done_at:
            return str(self.get_end_display())
        if self.erasure_id:
            return "Being erased"
        return "Put away, waits for a second person" if self.quarantined_at else "To be looked at"

    @property
    def is_late(self) -> bool:
        return self.triaged_at is None and self.due_at < timezone.now()

    def note(self, **said: Any) -> None:
        Report.objects.filter(pk=self.pk).update(**said)
        self.refresh_from_db()


def one_working_day_after(at: datetime) -> datetime:
    """The same hour of the next working day where we sit; what comes at a weekend has all of Monday."""
    there = at.astimezone(ZoneInfo(zone_of(HOME)))
    if there.weekday() >= SATURDAY:
        monday = there.date() + timedelta(days=7 - there.weekday())
        return datetime.combine(monday + timedelta(days=1), time(), there.tzinfo)
    there += timedelta(days=1)
    return there + timedelta(days=2) if there.weekday() >= SATURDAY else there
