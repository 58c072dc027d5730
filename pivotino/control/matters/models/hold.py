"""A hold: what may not go while a matter lasts. It is in force from the second person's yes to the second yes that ends it."""

from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pivotino.control.matters.models.matter import Matter
from pivotino.kit.holds import Holds
from pivotino.tenancy.models import ControlModel, Instance


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(begun_at__isnull=False, released_at__isnull=True)

    def sayable(self) -> Self:
        return self.filter(matter__in=Matter.objects.sayable())


class Hold(ControlModel):
    """Of a whole database, of a person by the keyed mark of their address, or of single records (rule: rather these)."""

    class Reach(models.TextChoices):
        RECORDS = "records", "Single records"
        PERSON = "person", "What we ourselves know of a person"
        INSTANCE = "instance", "A whole database"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="legal_holds")
    reach = models.CharField(max_length=8, choices=Reach)
    # Without a foreign key: the hold outlives what our books say of the database.
    instance_id = models.UUIDField(null=True, blank=True)
    slug = models.CharField(max_length=40, blank=True)
    mark = models.CharField(max_length=32, blank=True)
    asked_id = models.UUIDField()
    asked_by = models.CharField(max_length=160)
    asked_at = models.DateTimeField(default=timezone.now)
    begun_id = models.UUIDField(null=True, blank=True)
    begun_by = models.CharField(max_length=160, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    letting_go_id = models.UUIDField(null=True, blank=True)
    letting_go_by = models.CharField(max_length=160, blank=True)
    letting_go_at = models.DateTimeField(null=True, blank=True)
    released_id = models.UUIDField(null=True, blank=True)
    released_by = models.CharField(max_length=160, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    holds = Holds(
        subject="whoever an order is about", purpose="so that nothing goes that the law wants kept",
        retention="with the matter", export="no: by request", erasure="kept by law",
        personal={"instance_id": "whose database", "slug": "its address", "mark": "recognises an address without telling it",
                  **{f"{what}_{part}": "who of us decided it" for what in ("asked", "begun", "letting_go", "released") for part in ("id", "by")}},
        plain={"matter", "reach", "asked_at", "begun_at", "letting_go_at", "released_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(begun_id__isnull=True) | ~Q(begun_id=F("asked_id")), name="two_begin_a_hold"),
            models.CheckConstraint(
                condition=Q(released_id__isnull=True) | ~Q(released_id=F("letting_go_id")), name="two_release_a_hold"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return {
            "person": "A person",
            "instance": self.slug,
            "records": f"Records{f' of {self.slug}' if self.slug else ''}",
        }[self.reach]

    @property
    def state(self) -> str:
        if self.released_at:
            return "released"
        if self.begun_at is None:
            return "waits for a second person"
        return "in force, release waits for a second person" if self.letting_go_at else "in force"

    @property
    def instance(self) -> Instance | None:
        return Instance.objects.filter(pk=self.instance_id).first() if self.instance_id else None


class HeldRecord(ControlModel):
    """One record that is held: of ours by its model and key, or of a database. `key` opens what the vault keeps of it.

    The vault is `VAR_DIR/vault/<id>.sealed`. It holds a copy only when the database wanted to let the record go.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=80)
    record_id = models.UUIDField()
    key = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    lines = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="whoever an order is about", purpose="so that nothing goes that the law wants kept, and nothing else stays",
        retention="the row with the matter; what the vault keeps until the hold is released", export="no: by request",
        erasure="kept by law until the release", personal={"record_id": "which record, by an id that names nobody", "key": "opens a copy in the vault"},
        plain={"hold", "kind", "sealed_at", "lines", "sha256", "emptied_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["kind", "record_id"]
        constraints = [models.UniqueConstraint("hold", "kind", "record_id", name="held_once_a_hold")]

    @property
    def path(self) -> Path:
        return Path(settings.VAR_DIR) / "vault" / f"{self.id.hex}.sealed"
