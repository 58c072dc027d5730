"""After an erasure, what was deleted goes out of the files too: tables are written anew by a worker, never in a request.

A deleted row is gone for every question and for every backup from then on; its bytes stay in the file until somebody writes over
them. Minutes after an erasure everything small is written anew; what is large, in use, or was erased by bits is done at night.
Not reached from here: the write-ahead log of PostgreSQL until its segments are used again (hours; days on a quiet server, and
as long as an archive of it is kept), blocks the file system gave free, replicas, and backups, which go on their own days.
"""

from datetime import timedelta

from django.utils import timezone

from pivotino.control.erasures.models import Erasure
from pivotino.control.erasures.models.erasure import ErasureQuerySet
from pivotino.jobs import Retry, job, schedule
from pivotino.tenancy import provision, scrubbing
from pivotino.tenancy.models import Instance
from pivotino.tenancy.places import Place

GATHER, AGAIN = timedelta(minutes=5), timedelta(minutes=10)
# A text is looked through and an address is emptied days after the erasure, see `people.NEVER_LEFT`.
LATER = timedelta(days=8)


@job(queue="erasures", attempts=60)
def write_anew(instance_id: str, large: bool) -> None:
    """One database, ours where no id is given. What was in use is tried again; without `large` large tables are left to the night."""
    if not instance_id:
        left = scrubbing.rewrite_control(large=large)
    else:
        instance = Instance.objects.living().filter(pk=instance_id).first()
        if instance is None or not provision.exists(instance.place.writable):
            return
        left = scrubbing.rewrite(instance.place, large=large)
    if left and large:
        raise Retry(f"{left[0]} is in use.", after=AGAIN)


def put_in_line(place: Place | None = None, *, large: bool = False) -> None:
    """Soon: several erasures in a few minutes are one rewriting."""
    key = place.id.hex if place else "ours"
    write_anew.later(str(place.id) if place else "", large, key=f"write-anew:{key}:{large}", after=GATHER)


@schedule("50 * * * *")
def write_ours() -> None:
    """Our own books, in the hour after somebody was erased from them."""
    if _since(timedelta(hours=1, minutes=5)).exclude(kind=Erasure.Kind.RECORDS).exists():
        put_in_line()


@schedule("40 18 * * *")
def write_by_night() -> None:
    """Everything in which somebody was erased of late, large tables too. Night is where most of our customers are."""
    found = _since(LATER)
    if found.exclude(kind=Erasure.Kind.RECORDS).exists():
        put_in_line(large=True)
    records = found.filter(kind=Erasure.Kind.RECORDS).order_by().values("instance_id")
    for instance in Instance.objects.living().filter(pk__in=records):
        put_in_line(instance.place, large=True)


def _since(ago: timedelta) -> ErasureQuerySet:
    return Erasure.objects.filter(done_at__gt=timezone.now() - ago)
