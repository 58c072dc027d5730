"""How much an instance is used, in numbers it counted itself. Nobody looks into it for that."""

from collections.abc import Mapping

from django.db import models
from django.utils import timezone

from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance
from pivotino.tenancy.places import Place


class UsageQuerySet(models.QuerySet["Usage"]):
    def report(self, place: Place, counts: Mapping[str, int]) -> None:
        """An instance tells its counts anew. A number that rose stays risen: what was removed was used all the same."""
        known = {row.name: row for row in self.filter(instance_id=place.id)}
        now = timezone.now()
        for name, value in counts.items():
            row = known.get(name)
            if row is None:
                self.get_or_create(instance_id=place.id, name=name, defaults={"value": value, "counted_at": now})
            else:
                self.filter(pk=row.pk).update(value=max(row.value, value), counted_at=now)


class Usage(ControlModel):
    """One number of one instance, such as `opportunities`; it never falls."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="usage")
    name = models.CharField(max_length=40)
    value = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    objects = UsageQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to see whether the service is of use", retention="until the database is erased",
        export="account", erasure="row deleted", personal={"instance": "whose database"},
        plain={"name", "value", "counted_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["instance", "name"]
        constraints = [models.UniqueConstraint("instance", "name", name="usage_once_a_name")]
