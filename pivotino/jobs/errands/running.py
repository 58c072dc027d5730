"""From an errand in an instance to a ticket in the control plane, and back into the instance to do it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from pivotino.jobs.errands.models import Errand
from pivotino.jobs.instances import InstanceJob
from pivotino.jobs.line import Order, join
from pivotino.jobs.making import job
from pivotino.jobs.models import Ticket
from pivotino.jobs.refusals import LeaseLost, Retry
from pivotino.kit.diffs import Plain
from pivotino.tenancy import atomic, current, inside
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place

KEEP_DONE = timedelta(days=7)


class DoneAlready(LeaseLost):
    """Another worker did this errand in the meantime; what this one did is rolled back."""


def write(
    task: "InstanceJob[..., Any]",
    args: list[Plain],
    *,
    key: str = "",
    after: timedelta | None = None,
    id: UUID | None = None,
) -> Errand | None:
    """Write an errand into the current instance, in the caller's transaction, and send it off after the commit.

    None where one with this key has not begun yet, or one with this id was ever there.
    """
    errand = Errand(path=task.module_path, args=args, key=key, due_at=timezone.now() + after if after else None)
    errand.id = id or errand.id
    try:
        with atomic():
            if key and Errand.objects.waiting().filter(key=key).select_for_update().first():
                return None
            errand.save(force_insert=True)
    except IntegrityError:
        return None

    def send_off() -> None:
        dispatch(errand, task)

    # If this fails or is lost with the process, the sweep finds the errand without a ticket.
    transaction.on_commit(send_off, using="instance", robust=True)
    return errand


def dispatch(errand: Errand, task: "InstanceJob[..., Any]") -> None:
    """Give an errand its ticket. Doing it twice gives one."""
    place = current()
    order = Order(
        id=errand.id, path=run.module_path, name=task.module_path, args=[str(place.id), str(errand.id)], line=place.id,
        queue=task.queue_name, priority=task.priority, most=task.attempts, due_at=errand.due_at,
    )  # fmt: skip
    join(order)


@job()
def run(instance_id: str, errand_id: str) -> None:
    """Do one errand inside its instance. A frozen instance's errands wait; an erased one's are gone."""
    place = place_of(instance_id)
    if place is None:
        return
    if place.frozen:
        raise Retry("The instance is frozen.", after=timedelta(minutes=5), counted=False)
    with inside(place):
        errand = Errand.objects.open().filter(pk=errand_id).first()
        if errand is not None:
            _do(errand)


def sweep_one(place: Place, *, older_than: timedelta = timedelta(minutes=1)) -> int:
    """Send off errands whose ticket never came to be, and drop those done for a week. Returns how many were sent."""
    with inside(place):
        past = Errand.objects.filter(done_at__lt=timezone.now() - KEEP_DONE)
        if past.exists():
            past.delete()
        open_ones = list(Errand.objects.open().filter(made_at__lte=timezone.now() - older_than)[:1000])
        known = set(Ticket.objects.filter(pk__in=[errand.pk for errand in open_ones]).values_list("pk", flat=True))
        lost = [errand for errand in open_ones if errand.pk not in known]
        for errand in lost:
            dispatch(errand, import_string(errand.path))
    return len(lost)


def place_of(instance_id: str) -> Place | None:
    """Where a living instance is, or None where it is no more."""
    row = Instance.objects.answering().filter(pk=instance_id).first()
    return row.place if row else None


def _do(errand: Errand) -> None:
    task = import_string(errand.path)
    if errand.key:
        Errand.objects.waiting().filter(pk=errand.pk).update(started_at=timezone.now())
    if not task.whole:
        task.func(*errand.args)
        _done(errand)
        return
    with atomic():
        task.func(*errand.args)
        if not _done(errand):
            raise DoneAlready(f"{errand.path} was done by another worker.")


def _done(errand: Errand) -> bool:
    return Errand.objects.open().filter(pk=errand.pk).update(done_at=timezone.now()) == 1
