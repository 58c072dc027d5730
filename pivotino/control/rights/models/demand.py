"""What somebody demands of us about themselves, or by way of us of a customer."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.control.rights.clocks import Law, law_for
from pivotino.kit.holds import Holds
from pivotino.letters.marks import mark_of, marks_of
from pivotino.tenancy.models import ControlModel, Instance

# Without proof a demand goes. A confirmed erasure waits so long for a change of mind.
UNPROVEN, COOL_OFF = timedelta(days=3), timedelta(hours=72)


class Kind(models.TextChoices):
    """What may be demanded. The words are read by those who choose."""

    ACCESS = "access", "See what you know about me"
    PORTABILITY = "portability", "Take along what I gave you, for another service"
    CORRECTION = "correction", "Correct what is wrong"
    OBJECTION = "objection", "Stop all news and advertising"
    RESTRICTION = "restriction", "Keep it, but do not use it"
    ERASURE = "erasure", "Erase what you know about me"


class DemandQuerySet(models.QuerySet["Demand"]):
    def of(self, address: str) -> Self:
        """Everything somebody at this address, or in its name, asked for."""
        return self.filter(mark__in=marks_of(address))

    def unproven(self) -> Self:
        """Nobody showed yet that it was they who asked; too old ones left out."""
        return self.filter(proved_at__isnull=True, over_at__isnull=True, asked_at__gt=timezone.now() - UNPROVEN)

    def going(self) -> Self:
        """Those whose clock runs."""
        return self.filter(proved_at__isnull=False, over_at__isnull=True)

    def due_to_erase(self) -> Self:
        """Confirmed erasures whose time for a change of mind is over."""
        return self.going().filter(kind=Kind.ERASURE, erases_at__lte=timezone.now(), erasure_id__isnull=True)


class Demand(ControlModel):
    """One demand. Until `proved_at` it stands alone, moves nothing and blocks nobody; after three days it is gone.

    `due_at` is set with the proof: the clock stood still until then. `over_at` with `how` ends it. Of an erasure `erases_at` is
    set while a confirmed one may still be taken back, `erasure_id` once it goes on; `plan` is what the person confirmed. With
    `instance` it was handed to that customer, who answers it. After an erasure `email`, `name` and `says` are empty.
    """

    class End(models.TextChoices):
        DONE = "done", "Done"
        TAKEN_BACK = "taken back", "Taken back by the person"
        REFUSED = "refused", "Refused, with a reason"
        DISOWNED = "disowned", "It was not they who asked"

    kind = models.CharField(max_length=12, choices=Kind)
    email = models.EmailField(blank=True)
    mark = models.CharField(max_length=32)
    name = models.CharField(max_length=160, blank=True)
    says = models.CharField(max_length=2000, blank=True)
    receipt = models.CharField(max_length=19, blank=True)
    country = models.CharField(max_length=2, blank=True)
    ticket = models.CharField(max_length=12, blank=True)
    instance = models.ForeignKey(Instance, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    handed_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    proved_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    alarmed = models.PositiveSmallIntegerField(default=0)
    plan = models.JSONField(default=list, blank=True)
    erases_at = models.DateTimeField(null=True, blank=True)
    erasure_id = models.UUIDField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=12, choices=End, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    objects = DemandQuerySet.as_manager()

    holds = Holds(
        subject="requester", purpose="to do what people may demand of us, in time, and to show that we did",
        retention="3 days without proof; three years after its end", export="rights: the page behind the link in our letter",
        erasure="address, name and words emptied; a mark, the kind and the times stay as evidence",
        personal={"email": "where we answer", "mark": "a keyed mark of the address", "name": "how the customer may find them", "says": "their words",
                  "receipt": "the choice they quoted", "country": "whose law holds", "instance": "which customer it was handed to",
                  "reason": "our words to them"},
        plain={"kind", "ticket", "handed_at", "asked_at", "proved_at", "due_at", "alarmed", "plan", "erases_at", "erasure_id", "over_at", "how"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index("mark", "asked_at", name="demand_of_person"), models.Index("over_at", "due_at", name="demand_by_clock")]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(over_at__isnull=True) ^ ~Q(how=""), name="demand_end_is_named"),
            models.CheckConstraint(condition=Q(proved_at__isnull=True) ^ Q(due_at__isnull=False), name="demand_clock_runs_from_proof"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"

    @classmethod
    def ask(cls, kind: str, address: str, **more: str) -> "Demand":
        """Write one down. Nothing is looked up, and nobody is asked whether there is one already."""
        address = address.strip().lower()
        return cls.objects.create(kind=kind, email=address, mark=mark_of(address), **more)

    @property
    def law(self) -> Law:
        return law_for(self.country)

    @property
    def is_going(self) -> bool:
        return self.proved_at is not None and self.over_at is None

    @property
    def percent(self) -> int:
        """How much of the time is gone."""
        if self.proved_at is None or self.due_at is None:
            return 0
        return int((timezone.now() - self.proved_at) / (self.due_at - self.proved_at) * 100)

    def start_clock(self, now: datetime) -> None:
        self.proved_at, self.due_at = now, now + self.law.time

    def end(self, how: str, *, reason: str = "") -> None:
        """It is over. The first end counts."""
        told = {"over_at": timezone.now(), "how": how, "reason": reason}
        if Demand.objects.filter(pk=self.pk, over_at__isnull=True).update(**told, erases_at=None):
            self.refresh_from_db()
