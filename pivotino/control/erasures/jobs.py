"""Erasing, in a worker, for as long as it takes."""

from uuid import UUID

from django.db.models import F
from django.utils import timezone

from pivotino.control.erasures import erasing, hooks, signing
from pivotino.control.erasures.models import Erasure
from pivotino.jobs import Retry, job, schedule
from pivotino.jobs.models import Ticket


@job(queue="erasures", attempts=200, priority=20)
def erase(erasure_id: str) -> None:
    """Take one erasure on from wherever it stands."""
    erasure = Erasure.objects.unfinished().filter(pk=erasure_id).first()
    if erasure is None:
        return
    try:
        erasing.go_on(erasure)
    except Retry:
        raise
    except Exception:
        Erasure.objects.filter(pk=erasure.pk).update(tries=F("tries") + 1)
        raise


@schedule("*/10 * * * *")
def pick_up() -> None:
    """Put those in line again that nobody works on."""
    for erasure in Erasure.objects.unfinished()[:200]:
        put_in_line(erasure)


def put_in_line(erasure: Erasure) -> None:
    """Let a worker take it on, unless one already does or will."""
    key = f"erase:{erasure.pk}"
    if not Ticket.objects.filter(key=key, dead_at__isnull=True).exists():
        erase.later(str(erasure.pk), key=key)


def released(instance_id: UUID) -> None:
    """Nobody holds this instance back any more: what was put off happens now."""
    for erasure in Erasure.objects.unfinished().filter(instance_id=instance_id):
        Ticket.objects.waiting().filter(key=f"erase:{erasure.pk}").update(due_at=timezone.now())
        put_in_line(erasure)


@hooks.resumes
def people_go_on() -> None:
    """Erasures of people that a hold had put off."""
    for erasure in Erasure.objects.of_people().unfinished():
        Ticket.objects.waiting().filter(key=f"erase:{erasure.pk}").update(due_at=timezone.now())
        put_in_line(erasure)


@job(queue="erasures", attempts=200, priority=20)
def resume() -> None:
    """A hold ended: every room does what it had put off, as far as it may go now."""
    for go_on in hooks.resumptions:
        go_on()


@schedule("25 3 * * *")
def resume_by_night() -> None:
    resume.later(key="resume")


@schedule("35 3 * * *")
def sign_by_night() -> None:
    """Certificates from before there were signatures get theirs."""
    signing.sign_what_is_not()
