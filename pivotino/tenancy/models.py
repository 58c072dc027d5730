"""The register of instances (control plane), and what every model of an instance stands on."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.kit.holds import Holds, Nothing
from pivotino.kit.ids import uuid7
from pivotino.tenancy.context import WrongInstance, current
from pivotino.tenancy.places import Place, buckets


class ControlModel(models.Model):
    """A row of our own relation with the public and our customers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    holds: ClassVar[Holds]

    class Meta:
        abstract = True


class InstanceModel(models.Model):
    """A row of one customer's world, stamped with the place it was read from or made in.

    Reading a related row or saving in another place raises WrongInstance: the same id may be somebody else's there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    holds: ClassVar[Holds]

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._place_key = current().key
        super().__init__(*args, **kwargs)

    def stays_in(self, place: Place) -> None:
        """Raise WrongInstance unless this row belongs to `place`."""
        if self._place_key != place.key:
            raise WrongInstance(f"{type(self).__name__} {self.pk} belongs to another instance than {place.slug}.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.stays_in(current())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.stays_in(current())
        return super().delete(*args, **kwargs)


class InstanceQuerySet(models.QuerySet["Instance"]):
    def living(self) -> Self:
        """Customers' instances with a database that may be opened. Copies to try are not among them."""
        return self.answering().filter(copy_of__isnull=True)

    def answering(self) -> Self:
        """Everything an address answers for: living instances, and copies to try."""
        return self.filter(ready_at__isnull=False, erased_at__isnull=True)


class Instance(ControlModel):
    """One customer's own database: its address, its bucket, its schema version and its state."""

    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    bucket = models.CharField(max_length=40)
    generation = models.PositiveIntegerField(default=1)
    schema_version = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    # A copy to try has a row of its own. It has no seats and no plan, and nothing leaves it.
    copy_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="copies")

    objects = InstanceQuerySet.as_manager()

    holds = Holds(
        subject="subscriber", purpose="to find a customer's database", retention="until erased; the address stays reserved",
        export="account", erasure="name removed, address kept as quarantined",
        personal={"name": "the company's name may be a person's", "slug": "chosen from the company's name"},
        plain={"bucket", "generation", "schema_version", "created_at", "ready_at", "frozen_at", "erased_at", "copy_of"},
    )  # fmt: skip

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug

    @property
    def place(self) -> Place:
        """Where this instance lives now."""
        return Place(
            id=self.id if isinstance(self.id, UUID) else UUID(str(self.id)), slug=self.slug, name=self.name,
            bucket=buckets()[self.bucket], generation=self.generation, frozen=self.frozen_at is not None,
            is_copy=self.copy_of_id is not None,
        )  # fmt: skip


class Freeze(ControlModel):
    """A reason why an instance may only be read at present. It can be written to again when the last one is gone."""

    class Reason(models.TextChoices):
        UNPAID = "unpaid", "Unpaid"
        LEAVING = "leaving", "Leaving"
        UPGRADE = "upgrade", "Being upgraded"
        MOVE = "move", "Being moved"
        COPY = "copy", "A copy to try"
        RESTORE = "restore", "Being put back"
        STAFF = "staff", "Closed by staff"

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="freezes")
    reason = models.CharField(max_length=8, choices=Reason)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    holds = Holds(
        subject="subscriber", purpose="to say why a database may only be read", retention="until the reason is gone",
        export="account", erasure="row deleted", personal={"instance": "whose database"}, plain={"reason", "since", "until"},
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint("instance", "reason", name="frozen_once_a_reason")]


class BucketHealth(ControlModel):
    """What a bucket looked like when somebody last looked. One that does not answer, or is nearly full, takes in nobody."""

    name = models.CharField(max_length=40, unique=True)
    reachable = models.BooleanField(default=True)
    free_bytes = models.BigIntegerField(null=True, blank=True)
    instances = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    looked_at = models.DateTimeField(default=timezone.now)

    holds = Nothing(
        "to put new databases where there is room",
        plain={"name", "reachable", "free_bytes", "instances", "trouble", "looked_at"},
    )

    def __str__(self) -> str:
        return self.name


class Spare(ControlModel):
    """An empty database that is ready to become somebody's. Its id names the file or the schema; taking it renames that."""

    bucket = models.CharField(max_length=40)
    schema_version = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    holds = Nothing("so that a sign-up never waits", plain={"bucket", "schema_version", "made_at"})

    class Meta:
        ordering = ["made_at"]

    @property
    def place(self) -> Place:
        """Where the empty database waits."""
        return Place(id=self.id, slug="spare", name="Spare", bucket=buckets()[self.bucket], generation=0)


class Removal(ControlModel):
    """Proof that a database was removed: which, when, how much was in it, and that nothing answers there any more.

    It holds no content. `digest` is the SHA-256 of the list of tables and row counts, one `table count` a line.
    """

    what = models.CharField(max_length=40)
    instance_key = models.UUIDField()
    bucket = models.CharField(max_length=40)
    database = models.CharField(max_length=80)
    made_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(default=timezone.now)
    rows = models.BigIntegerField()
    tables = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    holds = Nothing(
        "to prove that a copy is gone: ids and counts only",
        plain={"what", "instance_key", "bucket", "database", "made_at", "removed_at", "rows", "tables", "digest"},
    )

    class Meta:
        ordering = ["-removed_at"]
        constraints = [models.UniqueConstraint("bucket", "database", name="removed_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.database}"
