"""Taking a customer's database elsewhere without losing one write: to a new version, or to another bucket.

    closed      people may only read, and are told why            verified   it is what it was: rows, keys, sums, pages
    fenced      the last write is in; no other comes              switched   the address leads to the new database
    copied      a new database stands beside the old one          looked     the pages open at the real address
    (migrated)  an upgrade only: the copy gets the new schema     opened     people write again

Until `opened` nothing was written into the new database, so whatever goes wrong, the old one simply answers again.
After it the old one is kept for a while, fenced, and then removed with proof.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from pivotino.jobs import alerts, steps
from pivotino.jobs.alone import alone
from pivotino.jobs.refusals import Retry
from pivotino.tenancy import fencing, packing, provision, registry, removing, scratch, snapshots, verifying
from pivotino.tenancy.freezing import Reason, freeze, thaw
from pivotino.tenancy.models import ControlModel, Freeze, Instance
from pivotino.tenancy.packing import shape
from pivotino.tenancy.places import Place, buckets

MOST_TRIES = 3
WATCHED = timedelta(days=7)
SOON = timedelta(seconds=5)
# Whoever takes the database away has it alone.
ALONE = (Reason.UPGRADE, Reason.MOVE, Reason.RESTORE)
OPEN = Q(done_at__isnull=True, failed_at__isnull=True)
log = logging.getLogger("pivotino.carrying")


class NotTheSame(RuntimeError):
    """The new database is not what the old one was. The old one goes on."""


class Overtaken(RuntimeError):
    """The instance is no longer where this work began: somebody else took it elsewhere in the meantime."""


Row = TypeVar("Row", bound=models.Model)


class CarryingQuerySet(models.QuerySet[Row]):
    def open(self) -> Self:
        """Asked for and not over: waiting for its time, under way, or being watched."""
        return self.filter(OPEN)

    def due(self) -> Self:
        """Its time has come and it is not switched yet, or it was watched long enough."""
        now = timezone.now()
        to_begin = Q(opened_at__isnull=True, due_at__lte=now)
        to_end = Q(opened_at__isnull=False, watched_until__lte=now)
        return self.open().filter(to_begin | to_end)


class Carrying(ControlModel):
    """One database on its way. Which steps are done is written in `steps`; when and by whom it was asked for, here.

    `trouble` is one sentence for people; it is set before anything is taken back, so that a second worker goes on with that.
    """

    by = models.CharField(max_length=200)
    why = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    from_bucket = models.CharField(max_length=40)
    to_bucket = models.CharField(max_length=40)
    from_generation = models.PositiveIntegerField()
    to_generation = models.PositiveIntegerField(null=True, blank=True)
    from_version = models.CharField(max_length=64)
    to_version = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    switched_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    watched_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    report = models.JSONField(default=dict)

    instance: Any
    steps: Any
    reason: ClassVar[Reason]
    leaves: ClassVar[str]
    PLAIN: ClassVar[set[str]] = {
        "why", "asked_at", "due_at", "from_bucket", "to_bucket", "from_generation", "to_generation", "from_version", "to_version",
        "tries", "begun_at", "switched_at", "opened_at", "watched_until", "done_at", "failed_at", "trouble", "before", "report",
    }  # fmt: skip

    class Meta:
        abstract = True
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.instance.slug} {self.from_bucket}.{self.from_generation} → {self.to_bucket}"

    @property
    def old(self) -> Place:
        """Where it was."""
        return self._at(self.from_bucket, self.from_generation)

    @property
    def new(self) -> Place:
        """Where it will be."""
        return self._at(self.to_bucket, self.to_generation or 0)

    @property
    def is_over(self) -> bool:
        return self.done_at is not None or self.failed_at is not None

    @property
    def is_due(self) -> bool:
        """Whether it should have begun by now."""
        return self.due_at <= timezone.now()

    @property
    def is_under_way(self) -> bool:
        return self.begun_at is not None and self.opened_at is None and not self.is_over

    def set(self, **values: Any) -> None:
        """Write these columns and nothing else."""
        type(self)._default_manager.filter(pk=self.pk).update(**values)
        for name, value in values.items():
            setattr(self, name, value)

    def _at(self, bucket: str, generation: int) -> Place:
        row = self.instance
        return Place(
            id=row.id, slug=row.slug, name=row.name, bucket=buckets()[bucket], generation=generation, frozen=True
        )


# --- the steps


def close(work: Carrying) -> None:
    """Let people read only, unless somebody else has the database in hands; then wait."""
    if work.begun_at is None:
        work.set(begun_at=timezone.now())
    freeze(work.instance, work.reason)
    mine = Freeze.objects.get(instance_id=work.instance.pk, reason=work.reason)
    if Freeze.objects.filter(instance_id=work.instance.pk, reason__in=ALONE, since__lt=mine.since).exists():
        thaw(work.instance, work.reason)
        raise Retry("Somebody else has this database in hands.", after=timedelta(minutes=1), counted=False)
    _expect_it_where_it_was(work)


def fence(work: Carrying) -> None:
    """Wait for the last write."""
    fencing.fence(work.old)


def copy(work: Carrying) -> None:
    """Make the new database. Each try takes a number of its own, so that none meets what another left."""
    _expect_it_where_it_was(work)
    work.set(to_generation=max(work.from_generation, work.to_generation or 0) + 1)
    with scratch.workplace(work.pk) as folder:
        file = folder / "database"
        if work.old.bucket.engine == work.new.bucket.engine:
            snapshots.take(work.old, file)
            snapshots.put(file, work.new)
        else:
            with open(file, "wb") as out:
                packing.pack(work.old, out, moving=True)
            provision.create(work.new)
            packing.unpack(file, work.new.writable)
    work.set(before=verifying.look(work.old).kept())


def migrate(work: Carrying) -> None:
    """Bring the copy to the new schema."""
    provision.migrate(work.new)


def verify(work: Carrying) -> None:
    """Compare. Raises NotTheSame with the first thing that is different."""
    before = verifying.Look.read(work.before)
    if work.old.bucket.engine == work.new.bucket.engine:
        report = verifying.compare(before, work.new)
    else:
        report = _compare_packed(before, work)
    work.set(report=report.kept())
    if report.problems:
        raise NotTheSame(report.problems[0])


def switch(work: Carrying) -> None:
    """From now on the address leads to the new database; still nobody writes."""
    here = Instance.objects.filter(pk=work.instance.pk)
    there = {"bucket": work.to_bucket, "generation": work.to_generation, "schema_version": work.to_version}
    moved = here.filter(bucket=work.from_bucket, generation=work.from_generation).update(**there)
    if not moved and not here.filter(bucket=work.to_bucket, generation=work.to_generation or 0).exists():
        raise Overtaken(f"{work.instance.slug} is somewhere else by now.")
    work.set(switched_at=timezone.now())
    registry.forget(work.instance.slug)


def look_again(work: Carrying) -> None:
    """Open the pages at the real address, when every process has heard where that leads."""
    time.sleep(registry.REMEMBERED_SECONDS)
    report = verifying.Report(**work.report)
    report.pages = []
    verifying.look_at_pages(report, Instance.objects.get(pk=work.instance.pk).place)
    work.set(report=report.kept())
    if report.problems:
        raise NotTheSame(report.problems[0])


def open_again(work: Carrying) -> None:
    """People write again, into the new database."""
    now = timezone.now()
    work.set(opened_at=now, watched_until=now + WATCHED)
    thaw(work.instance, work.reason)


def remove_old(work: Carrying) -> None:
    """Remove the old database, with proof, and what earlier tries left."""
    proof = removing.remove(work.old, work.leaves, made_at=work.instance.created_at)
    _remove_leftovers(work, but=work.to_generation)
    work.set(report={**work.report, "proof": str(proof.pk)})


# --- going on, and taking back


def go_on(work: Carrying, until_opened: "Sequence[steps.Kind[Any]]", after_watch: "Sequence[steps.Kind[Any]]") -> None:
    """Take it on from wherever it stands. Raises Retry where it has to be tried again; a failure for good is taken back."""
    with alone(f"carry-{work.instance.pk}"):
        work.refresh_from_db()
        if work.is_over:
            return
        if work.opened_at is not None:
            _end(work, after_watch)
        elif work.trouble:
            take_back(work)
        else:
            _try(work, until_opened)


def end_watch(watched: "models.QuerySet[Any]", go_on: Callable[[Any], None]) -> None:
    """Let nobody wait a week for the next one: what was there before the last one goes now, with proof."""
    for work in watched.filter(OPEN, opened_at__isnull=False):
        work.set(watched_until=timezone.now())
        with suppress(Retry):  # somebody else is at it
            go_on(work)


def abandon(work: Carrying, sentence: str) -> None:
    """Take back what nobody goes on with. Raises Retry where somebody does."""
    with alone(f"carry-{work.instance.pk}"):
        work.refresh_from_db()
        if not work.is_over and work.opened_at is None:
            work.set(trouble=sentence)
            take_back(work)


def _try(work: Carrying, until_opened: "Sequence[steps.Kind[Any]]") -> None:
    try:
        steps.advance(work, until_opened)
    except Retry:
        raise
    except Exception as error:
        _count(work, error)


def _end(work: Carrying, after_watch: "Sequence[steps.Kind[Any]]") -> None:
    thaw(work.instance, work.reason)  # a worker may have died between the row and this
    if work.watched_until and work.watched_until <= timezone.now():
        steps.advance(work, after_watch)
        work.set(done_at=timezone.now())


def take_back(work: Carrying) -> None:
    """The old database answers again, writes and all; what was made beside it is removed. Safe to repeat."""
    here = Instance.objects.filter(pk=work.instance.pk)
    with transaction.atomic():
        here.filter(bucket=work.to_bucket, generation=work.to_generation or 0).update(
            bucket=work.from_bucket, generation=work.from_generation, schema_version=work.from_version
        )
    registry.forget(work.instance.slug)
    scratch.clear(work.pk)
    if here.filter(bucket=work.from_bucket, generation=work.from_generation).exists():
        fencing.unfence(work.old)
        _remove_leftovers(work, but=None)
    thaw(work.instance, work.reason)
    work.set(failed_at=timezone.now())
    alerts.rise(f"{work._meta.model_name} failed", work.instance.pk, f"{work.instance.slug}: {work.trouble}")


def _compare_packed(before: verifying.Look, work: Carrying) -> verifying.Report:
    """Between two kinds of databases: what an archive carries, row by row. Indexes and the like are built anew there."""
    there = packing.contents(work.old)
    tables = {entity.table for entity in shape.everything() if entity.label in there.entities}
    report = verifying.compare(before, work.new, tables=tables)
    if there.contents != packing.contents(work.new).contents:
        report.problems.append("The rows are not the same ones.")
    return report


def _count(work: Carrying, error: Exception) -> None:
    """One try failed. What cannot become better, and the last try, is taken back; else it is tried again in a moment."""
    work.set(tries=work.tries + 1)
    for_good = isinstance(error, NotTheSame | Overtaken | packing.Refused)
    if not for_good and work.tries < MOST_TRIES:
        log.warning("%s: try %d failed: %s", work, work.tries, type(error).__name__)
        raise Retry("It did not work yet.", after=SOON, counted=False) from error
    log.error("%s is taken back: %s", work, type(error).__name__, exc_info=None if for_good else error)
    said = "The disk is full." if scratch.is_full(error) else f"It failed {work.tries} times ({type(error).__name__})."
    work.set(trouble=(str(error) if for_good else said)[:300] or "It failed.")
    take_back(work)


def _expect_it_where_it_was(work: Carrying) -> None:
    at = {"bucket": work.from_bucket, "generation": work.from_generation, "erased_at": None}
    if not Instance.objects.filter(pk=work.instance.pk, **at).exists():
        raise Overtaken(f"{work.instance.slug} is somewhere else by now.")


def _remove_leftovers(work: Carrying, *, but: int | None) -> None:
    """Remove the copies this work made, without the one that answers."""
    for generation in range(work.from_generation + 1, (work.to_generation or 0) + 1):
        place = work._at(work.to_bucket, generation)
        if generation == but:
            continue
        if provision.exists(place):
            removing.remove(place, "a copy that was not used")
        else:
            provision.destroy(place)  # half of one
