"""The ledger of what was erased."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from pivotino.jobs import steps
from pivotino.kit.holds import Holds, Nothing
from pivotino.letters.marks import mark_of, marks_of
from pivotino.tenancy.erasing import Piece
from pivotino.tenancy.models import ControlModel, Instance
from pivotino.tenancy.places import Place


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def of_instances(self) -> Self:
        return self.filter(kind=Erasure.Kind.INSTANCE)

    def of_people(self) -> Self:
        return self.filter(kind=Erasure.Kind.PERSON)

    def unfinished(self) -> Self:
        """Of databases and of people; somebody who was not told yet included."""
        return self.filter(Q(done_at__isnull=True) | ~Q(address=""))

    def knows(self, address: str, *, since: datetime) -> bool:
        """Whether whoever reads this address was erased at that moment or later."""
        return self.of_people().filter(mark__in=marks_of(address), asked_at__gte=since).exists()

    def begin_person(self, address: str, *, rooms: Iterable[str] = ()) -> "Erasure":
        """Write down that this person has to be gone; with `rooms` only what those know. The one that is going on already, if any."""
        address, rooms = address.strip().lower(), list(rooms)
        with transaction.atomic():
            going = self.of_people().filter(mark__in=marks_of(address), done_at__isnull=True, pieces=rooms).first()
            if going is not None:
                return going
            return self.create(
                kind=Erasure.Kind.PERSON,
                mark=mark_of(address),
                address=address,
                cause=Erasure.Cause.REQUEST,
                pieces=rooms,
            )

    def remember(self, place: Place, pieces: list[Piece]) -> None:
        """These records of one instance have to be gone, now and after every restore. Raises nothing for none."""
        if pieces:
            rows = [[piece.model, str(piece.id)] for piece in pieces]
            now = timezone.now()
            self.create(
                kind=Erasure.Kind.RECORDS, instance_id=place.id, cause=Erasure.Cause.REQUEST, pieces=rows, done_at=now
            )


class Erasure(ControlModel):
    """One erasure: of a whole database, of some records in one, or of a person. It outlives what it is about and names nobody.

    `facts` says what was removed and what the law makes us keep, in words and numbers; `sha256` is their fingerprint, settled
    with `done_at`; `signed` is our signature over it, with its day and the public key. `held_at` is set while somebody may not let go of the data. `pieces` are opaque ids of erased records; of a
    person the rooms it is about, all of them where it is empty. A person is known by `mark`, a keyed one; `address` stands there
    while the erasure goes on and is empty at every other time.
    """

    class Kind(models.TextChoices):
        INSTANCE = "instance", "A database"
        RECORDS = "records", "Records in a database"
        PERSON = "person", "A person"

    class Cause(models.TextChoices):
        LEFT = "left", "The customer left"
        UNPAID = "unpaid", "Not paid for long"
        STAFF = "staff", "Ended by us"
        REQUEST = "request", "Somebody asked to be forgotten"
        RELEASED = "released", "Nobody holds it any more"

    kind = models.CharField(max_length=8, choices=Kind)
    instance_id = models.UUIDField(null=True, blank=True)
    mark = models.CharField(max_length=32, blank=True)
    address = models.EmailField(blank=True)
    cause = models.CharField(max_length=8, choices=Cause)
    asked_at = models.DateTimeField(default=timezone.now)
    held_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    pieces = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True)
    signed = models.JSONField(default=dict, blank=True)

    objects = ErasureQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to prove an erasure, and to erase again what a restore brings back",
        retention="kept: it names nobody; the address until the person was told", export="no: it is public under its own address", erasure="kept: it names nobody",
        personal={"instance_id": "whose database it was, by an id that leads nowhere any more", "mark": "a keyed mark of an erased person",
                  "address": "whom to forget and to tell, until that is done"},
        plain={"kind", "cause", "asked_at", "held_at", "done_at", "tries", "pieces", "facts", "sha256", "signed"},
    )  # fmt: skip

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index("instance_id", "kind", name="erasures_of_instance"),
            models.Index("mark", name="erasures_of_person"),
        ]
        constraints = [
            models.UniqueConstraint("instance_id", condition=Q(kind="instance"), name="an_instance_is_erased_once"),
            models.CheckConstraint(
                condition=Q(kind="person", instance_id__isnull=True) & ~Q(mark="") | ~Q(kind="person") & Q(instance_id__isnull=False, mark="", address=""),
                name="erasure_is_of_a_person_or_an_instance",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)

    @property
    def database(self) -> UUID:
        """The id of the instance it is about; a person has none."""
        assert self.instance_id is not None
        return self.instance_id

    @property
    def instance(self) -> Instance:
        return Instance.objects.get(pk=self.database)

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
