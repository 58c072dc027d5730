"""A file that belongs to a record."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from pivotino.instance.files.carriers import Carrier
from pivotino.instance.files.refusals import Closed, NoRoom
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import record
from pivotino.instance.members.models import Member
from pivotino.kit.holds import Holds
from pivotino.kit.uploads import Kind, Taken, kinds
from pivotino.tenancy import atomic, current, filing, limits
from pivotino.tenancy.models import InstanceModel


class State(models.TextChoices):
    READY = "ready", "Ready"
    WAITING = "waiting", "Being looked at"
    QUARANTINED = "quarantined", "Quarantined"


class FileQuerySet(models.QuerySet["File"]):
    def kept(self) -> Self:
        """Files that were not removed."""
        return self.filter(removed_at__isnull=True)

    def of(self, kind: str, id: UUID) -> Self:
        """Everything that belongs to a record, the newest first."""
        return self.filter(subject_kind=kind, subject_id=id).order_by("-id")

    def bytes(self) -> int:
        return int(self.aggregate(all=Sum("size"))["all"] or 0)


class File(InstanceModel):
    """One file of a record. Its bytes lie in the area of the instance under their own fingerprint, and never change.

    `state` says whether anybody may have it: one that waits has not been looked at by ClamAV, one in quarantine was found
    to do harm (`found`), and nothing of it is kept. A removed file keeps row and bytes for KEPT days (`tidying`).
    """

    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=130)
    ending = models.CharField(max_length=8)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    small = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.READY)
    found = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = FileQuerySet.as_manager()

    holds = Holds(
        subject="contact", purpose="to keep what belongs to a record", retention="as long as the record; 30 days after it was removed",
        export="files", erasure="row and bytes deleted",
        personal={"name": "free text", "by": "the member who added it", "sha256": "fingerprint of what may show a person",
                  "small": "fingerprint of a small picture"},
        plain={"subject_kind", "subject_id", "ending", "size", "state", "found", "at", "removed_at"},
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_id", "id"], name="file_by_subject"),
            models.Index(fields=["removed_at"], name="file_removed", condition=Q(removed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> Kind:
        return kinds.OF.get(self.ending) or Kind(self.ending, "application/octet-stream", "File")

    @property
    def is_ready(self) -> bool:
        return self.state == State.READY and self.removed_at is None

    @property
    def stored(self) -> str:
        """Its name in the area of the instance."""
        return f"{self.sha256}.{self.ending}"

    @property
    def stored_small(self) -> str:
        return f"{self.small}.jpg" if self.small else ""

    @property
    def size_said(self) -> str:
        """ "12 KB", "1.4 MB"."""
        if self.size < 1_000_000:
            return f"{max(1, round(self.size / 1_000))} KB"
        return f"{self.size / 1_000_000:.1f} MB"

    @classmethod
    def attach(cls, carrier: Carrier, taken: Taken, *, by: Member | None, id: UUID | None = None) -> "File":
        """Keep what was taken, recorded as `file.added`. The same `id` twice makes one. Raises Refused and OSError.

        The bytes come first, so that no row ever speaks of a file that is not there.
        """
        if id is not None and (made := cls.objects.filter(pk=id, by=by).first()):
            return made
        _refuse_without_room(carrier, taken)
        small = _fingerprint(taken.small)
        file = cls(
            subject_kind=carrier.kind, subject_id=carrier.pk, name=taken.name, ending=taken.kind.ending, size=len(taken.data),
            sha256=taken.sha256, small=small, state=State.READY if taken.looked else State.WAITING, by=by,
            **({"id": id} if id else {}),
        )  # fmt: skip
        filing.keep(current(), file.stored, BytesIO(taken.data))
        if small:
            filing.keep(current(), file.stored_small, BytesIO(taken.small))
        return file._written(carrier, "file.added", **({"unread": taken.unread} if taken.unread else {}))

    @classmethod
    def quarantine(
        cls, carrier: Carrier, name: str, ending: str, size: int, found: str, *, by: Member | None
    ) -> "File":
        """Note that a file held something that does harm, recorded as `file.shut`. Nothing of it is kept."""
        file = cls(
            subject_kind=carrier.kind, subject_id=carrier.pk, name=name, ending=ending, size=size, sha256="", state=State.QUARANTINED,
            found=found, by=by,
        )  # fmt: skip
        return file._written(carrier, "file.quarantined", found=found)

    def remove(self, carrier: Carrier, *, by: Member | None) -> Event:
        """Take it off its record; `restore` brings it back as long as its bytes are there."""
        return self._turn(carrier, "file.removed", removed_at=timezone.now(), by=by)

    def restore(self, carrier: Carrier, *, by: Member | None) -> Event:
        """Put a removed file back."""
        return self._turn(carrier, "file.restored", removed_at=None, by=by)

    def clear(self) -> None:
        """ClamAV looked and found nothing."""
        type(self).objects.filter(sha256=self.sha256, state=State.WAITING).update(state=State.READY)

    def lock(self, found: str) -> None:
        """Something in it does harm: nobody can have it any more, and its bytes go, wherever it hangs."""
        same = type(self).objects.filter(sha256=self.sha256)
        names = [name for one in same for name in (one.stored, one.stored_small) if name]
        with atomic():
            same.update(state=State.QUARANTINED, found=found, small="", sha256="")
            drop_unless_named(names)
        self.refresh_from_db()

    def _written(self, carrier: Carrier, verb: str, **more: Any) -> "File":
        try:
            with atomic():
                self.save(force_insert=True)
                record(verb, carrier, by=self.by, file=str(self.pk), name=self.name, **more)
        except IntegrityError:
            if made := type(self).objects.filter(pk=self.pk, by=self.by).first():
                return made  # sent twice at once, and the other was quicker
            raise
        return self

    def _turn(self, carrier: Carrier, verb: str, *, removed_at: Any, by: Member | None) -> Event:
        with atomic():
            file = type(self).objects.select_for_update().get(pk=self.pk)
            file.removed_at = self.removed_at = removed_at
            file.save(update_fields=["removed_at"])
            return record(verb, carrier, by=by, file=str(self.pk), name=self.name)


def drop_unless_named(names: list[str]) -> None:
    """After this transaction: the bytes of these go, unless another row speaks of them."""
    place = current()

    def drop() -> None:
        filing.remove(place, *(name for name in names if not _is_named(name)))

    transaction.on_commit(drop, using="instance")


def named() -> Iterator[str]:
    """The names of all bytes that rows speak of."""
    for file in File.objects.exclude(sha256="").only("sha256", "ending", "small").iterator(1_000):
        yield file.stored
        if file.small:
            yield file.stored_small


def _is_named(name: str) -> bool:
    mark = name.partition(".")[0]
    return File.objects.filter(Q(sha256=mark) | Q(small=mark)).exists()


def _refuse_without_room(carrier: Carrier, taken: Taken) -> None:
    if carrier.removed:
        raise Closed(carrier.name)
    limit = limits.people()
    if limit.bytes_at_most and File.objects.kept().bytes() + len(taken.data) > limit.bytes_at_most:
        raise NoRoom(limit.plan, limit.bytes_at_most)


def _fingerprint(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest() if data else ""
