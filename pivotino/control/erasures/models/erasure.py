"""The ledger of what was erased."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pivotino.jobs import steps
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.erasing import Piece
from pivotino.tenancy.models import ControlModel, Instance
from pivotino.tenancy.places import Place


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def of_instances(self) -> Self:
        return self.filter(kind=Erasure.Kind.INSTANCE)

    def unfinished(self) -> Self:
        return self.of_instances().filter(done_at__isnull=True)

    def remember(self, place: Place, pieces: list[Piece]) -> None:
        """These records of one instance have to be gone, now and after every restore. Raises nothing for none."""
        if pieces:
            rows = [[piece.model, str(piece.id)] for piece in pieces]
            now = timezone.now()
            self.create(
                kind=Erasure.Kind.RECORDS, instance_id=place.id, cause=Erasure.Cause.REQUEST, pieces=rows, done_at=now
            )


class Erasure(ControlModel):
    """One erasure: of a whole database, or of some records in one. It outlives what it is about and names nobody.

    `facts` says what was removed and what the law makes us keep, in words and numbers; `sha256` is their fingerprint, settled
    with `done_at`. `held_at` is set while somebody may not let go of the data. `pieces` are opaque ids of erased records.
    """

    class Kind(models.TextChoices):
        INSTANCE = "instance", "A database"
        RECORDS = "records", "Records in a database"

    class Cause(models.TextChoices):
        LEFT = "left", "The customer left"
        UNPAID = "unpaid", "Not paid for long"
        STAFF = "staff", "Ended by us"
        REQUEST = "request", "Somebody asked to be forgotten"

    kind = models.CharField(max_length=8, choices=Kind)
    instance_id = models.UUIDField()
    cause = models.CharField(max_length=8, choices=Cause)
    asked_at = models.DateTimeField(default=timezone.now)
    held_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    pieces = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ErasureQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to prove an erasure, and to erase again what a restore brings back",
        retention="kept: it names nobody", export="no: it is public under its own address", erasure="kept: it names nobody",
        personal={"instance_id": "whose database it was, by an id that leads nowhere any more"},
        plain={"kind", "cause", "asked_at", "held_at", "done_at", "tries", "pieces", "facts", "sha256"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index("instance_id", "kind", name="erasures_of_instance")]
        constraints = [
            models.UniqueConstraint("instance_id", condition=Q(kind="instance"), name="an_instance_is_erased_once")
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def instance(self) -> Instance:
        return Instance.objects.get(pk=self.instance_id)

    @property
    def number(self) -> str:
        """What people quote."""
        return str(self.id).partition("-")[0].upper() + "-" + self.id.hex[-6:].upper()

    def what_must_go(self) -> list[Piece]:
        """The records this erasure is about."""
        return [Piece(model, UUID(id)) for model, id in self.pieces]

    def note(self, part: str, rows: list[dict[str, Any]]) -> None:
        """Write one part of the facts. Repeating a step writes the same part again."""
        Erasure.objects.filter(pk=self.pk).update(facts={**self.facts, part: rows})
        self.refresh_from_db(fields=["facts"])


class ErasureStep(steps.Done):
    """One step of an erasure that is done."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"erasure", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("erasure", "name", name="each_erasure_step_once")]
