"""The verbs and the steps of a move (see `jobs.carrying` for what the steps promise). `by` is who, `why` is why."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from pivotino.control.placements.models import Move
from pivotino.jobs import carrying
from pivotino.jobs.steps import Kind
from pivotino.tenancy import health, provision
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import buckets

STEPS: tuple[Kind[Move], ...] = (
    Kind(name="closed", says="Your database can only be read for a few minutes", work=carrying.close),
    Kind(name="fenced", says="The last change is in", work=carrying.fence),
    Kind(name="copied", says="A copy is made at the new place", work=carrying.copy),
    Kind(name="verified", says="Every table, every sum and every page is compared", work=carrying.verify),
    Kind(name="switched", says="Your address leads to the new place", work=carrying.switch),
    Kind(name="looked", says="The pages open at your address", work=carrying.look_again),
    Kind(name="opened", says="You can change things again", work=carrying.open_again),
)
AFTER_WATCH: tuple[Kind[Move], ...] = (
    Kind(name="removed", says="The copy at the old place is removed, with proof", work=carrying.remove_old),
)


class CannotMove(RuntimeError):
    """The move was not begun; the sentence says why."""


def move(instance: Instance, *, to: str, at: datetime | None = None, by: str, why: str) -> Move:
    """Let the instance move to another bucket, now or at that time. Raises CannotMove with the reason."""
    _check(instance, to)
    carrying.end_watch(Move.objects.filter(instance=instance), go_on)
    try:
        with transaction.atomic():
            return Move.objects.create(
                instance=instance, by=by, why=why, due_at=at or timezone.now(), from_bucket=instance.bucket, to_bucket=to,
                from_generation=instance.generation, from_version=instance.schema_version, to_version=instance.schema_version,
            )  # fmt: skip
    except IntegrityError:
        raise CannotMove(f"{instance.slug} is moving already.") from None


def call_off(work: Move, *, by: str, why: str = "") -> None:
    """Forget a move that has not begun. Raises CannotMove where it has."""
    planned = Move.objects.open().filter(pk=work.pk, begun_at__isnull=True)
    if not planned.update(failed_at=timezone.now(), trouble=f"Called off by {by}."[:300]):
        raise CannotMove("It has begun. It ends by itself, at the new place or with the old one back.")


def accept(work: Move, *, by: str, why: str = "") -> None:
    """The new place is fine: the old copy may be removed now instead of in a week."""
    Move.objects.open().filter(pk=work.pk, opened_at__isnull=False).update(watched_until=timezone.now())


def go_on(work: Move) -> None:
    """Take one move on from wherever it stands."""
    carrying.go_on(work, STEPS, AFTER_WATCH)


def _check(instance: Instance, to: str) -> None:
    if to not in buckets():
        raise CannotMove(f"There is no bucket {to}.")
    if to == instance.bucket:
        raise CannotMove(f"{instance.slug} is in {to} already.")
    if instance.copy_of_id or instance.ready_at is None or instance.erased_at:
        raise CannotMove(f"{instance.slug} is no living database.")
    if health.look(buckets()[to]).trouble or not health.takes_in(to):
        raise CannotMove(f"Bucket {to} takes in nobody at present.")
    other_engine = buckets()[to].engine != instance.place.bucket.engine
    if other_engine and instance.schema_version != provision.schema_version():
        raise CannotMove(f"{instance.slug} has to be upgraded before it can change the kind of database.")
