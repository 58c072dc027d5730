"""Why opportunities are lost, in the customer's own words."""

from django.db import models

from pivotino.kit.holds import Nothing
from pivotino.tenancy.models import InstanceModel


class LostCategory(InstanceModel):
    """A family of reasons."""

    name = models.CharField(max_length=60, unique=True)

    holds = Nothing("to group reasons", plain={"name"})

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LostReason(InstanceModel):
    """A reason for losing; Business Owners keep the list. A retired one stays on what was lost for it and is not offered."""

    name = models.CharField(max_length=80, unique=True)
    category = models.ForeignKey(LostCategory, on_delete=models.PROTECT, related_name="reasons")
    retired_at = models.DateTimeField(null=True, blank=True)

    holds = Nothing("to learn from what was lost", plain={"name", "category", "retired_at"})

    class Meta:
        ordering = ["category__name", "name"]

    def __str__(self) -> str:
        return self.name
