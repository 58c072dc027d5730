"""What the store of `django-tasks` lacks: a place in line for every job, with its lease, and what the clock remembers."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel

# Our own work stands in a line of its own, as every instance does.
OURS = UUID(int=0)
WAITING = Q(lease_until__isnull=True, dead_at__isnull=True)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def waiting(self) -> Self:
        """In line: nobody holds it, and it is not dead."""
        return self.filter(WAITING)

    def due(self) -> Self:
        """In line, and its time has come."""
        return self.waiting().filter(due_at__lte=timezone.now())

    def lost(self) -> Self:
        """Held by a worker that has not been heard of for longer than the lease."""
        return self.filter(lease_until__lte=timezone.now(), dead_at__isnull=True)

    def dead(self) -> Self:
        """Given up: for staff to look at, and to revive."""
        return self.filter(dead_at__isnull=False)


class Ticket(ControlModel):
    """A job's place in line; it has the id of its task in the store, and goes when the job is done.

    `line` is the instance it works for. `lease_until` is set while a worker holds it; `dead_at` when it was given up,
    with the error's class and a sentence that never repeats what was in the job.
    """

    name = models.CharField(max_length=200)
    queue = models.CharField(max_length=32)
    priority = models.SmallIntegerField(default=0)
    line = models.UUIDField(default=OURS)
    key = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    most = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=300, blank=True)

    objects = TicketQuerySet.as_manager()
    has_lapsed = False

    holds = Nothing(
        "to do work once and in turn: names of jobs and ids only",
        plain={"name", "queue", "priority", "line", "key", "made_at", "due_at", "attempts", "most", "worker", "lease_until",
               "dead_at", "error", "sentence"},
    )  # fmt: skip

    class Meta:
        ordering = [F("due_at").asc(), F("id").asc()]
        indexes = [
            models.Index(fields=["priority", "line", "due_at"], name="ticket_in_line", condition=WAITING),
            models.Index(fields=["due_at"], name="ticket_due", condition=WAITING),
            models.Index(fields=["lease_until"], name="ticket_held", condition=Q(lease_until__isnull=False)),
        ]
        constraints = [models.UniqueConstraint("key", condition=WAITING & ~Q(key=""), name="ticket_key_waits_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.whose}"

    @property
    def whose(self) -> str:
        """For log lines: the beginning of the instance's key, or `ours`."""
        return "ours" if self.line == OURS else self.line.hex[:8]


class Tick(ControlModel):
    """When a schedule last came round. One worker moves it on and thereby wins the tick."""

    name = models.CharField(max_length=200, unique=True)
    last_at = models.DateTimeField()

    holds = Nothing("to run a schedule once a tick", plain={"name", "last_at"})

    def __str__(self) -> str:
        return self.name


class Night(ControlModel):
    """When a nightly job is next due in one instance, by the clock of its company; empty until its clock was read."""

    instance_id = models.UUIDField()
    name = models.CharField(max_length=200)
    next_at = models.DateTimeField(null=True, blank=True)

    holds = Nothing("to run a nightly job once a day in every instance", plain={"instance_id", "name", "next_at"})

    class Meta:
        constraints = [models.UniqueConstraint("instance_id", "name", name="night_once_an_instance")]
        indexes = [models.Index(fields=["next_at"], name="night_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.instance_id}"


class Alert(ControlModel):
    """Something that people who run this should look at. Open until it is settled, by hand or because it is over."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)
    says = models.CharField(max_length=400)
    times = models.PositiveIntegerField(default=1)
    risen_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)

    holds = Nothing(
        "to tell those who run this what needs them: ids, addresses of databases, our own sentences",
        plain={"kind", "subject", "says", "times", "risen_at", "last_at", "settled_at", "settled_by"},
    )

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint("kind", "subject", condition=Q(settled_at__isnull=True), name="alert_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.says}"
