"""What went wrong at the door for messages, counted by day."""

from django.db import models
from django.db.models import F
from django.utils import timezone

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import ControlModel


class AlertQuerySet(models.QuerySet["Alert"]):
    def count_one(self, what: str) -> None:
        """One more of this today."""
        now = timezone.now()
        row, made = self.get_or_create(day=now.date(), what=what, defaults={"count": 1, "last_at": now})
        if not made:
            self.filter(pk=row.pk).update(count=F("count") + 1, last_at=now)


class Alert(ControlModel):
    """How often something happened on one day (UTC) that staff should know of. Old or wrong signatures changed nothing."""

    class What(models.TextChoices):
        SIGNATURE = "signature", "A message with a wrong signature"
        AGE = "age", "A message with an old signature"
        SHAPE = "shape", "A signed message that cannot be read"
        FAILED = "failed", "A message that could not be taken; it comes again"
        REVIVED = "revived", "An order that came back after its end; left ended"
        TWICE = "twice", "A second running order for one database"

    day = models.DateField()
    what = models.CharField(max_length=12, choices=What)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    objects = AlertQuerySet.as_manager()

    holds = Nothing(
        "to notice when somebody knocks with wrong signatures, or messages fail",
        plain={"day", "what", "count", "last_at"},
    )

    class Meta:
        ordering = ["-day", "what"]
        constraints = [models.UniqueConstraint("day", "what", name="one_count_a_day")]
