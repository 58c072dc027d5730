"""Files that wait for ClamAV, and those whose days are over."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from pivotino.instance.files.letters import tell_owners
from pivotino.instance.files.models import File, State, drop_unless_named
from pivotino.jobs import Retry, instance_job, nightly
from pivotino.kit.uploads import harm_in
from pivotino.tenancy import atomic, current, filing, held

# How long a removed file can be brought back, and how long bytes nobody speaks of may still be on their way into a row.
KEPT, ON_THE_WAY = timedelta(days=30), timedelta(days=1)
AGAIN = timedelta(minutes=10)


@instance_job(attempts=20, whole=False)
def look_again(file_id: str) -> None:
    """Show a file to ClamAV that did not answer before."""
    file = File.objects.filter(pk=file_id, state=State.WAITING).first()
    if file is None:
        return None
    with filing.opened(current(), file.stored) as source:
        found = harm_in(source.read())
    if found is None:
        raise Retry("ClamAV does not answer.", after=AGAIN, counted=False)
    if not found:
        return file.clear()
    file.lock(found)
    tell_owners(file)
    return None


@nightly(at="02:50", whole=False)
def let_go() -> int:
    """Removed files go for good after their days, unless somebody may not let go of them; so do bytes without a row."""
    over = File.objects.filter(removed_at__lt=timezone.now() - KEPT).exclude(pk__in=held.held_ids("files.File"))
    gone = list(over[:5_000])
    forget([file.pk for file in gone])
    return len(gone) + filing.sweep(current(), before=timezone.now() - ON_THE_WAY)


def forget(ids: Iterable[UUID]) -> int:
    """Rows and bytes of these files, now. Safe to repeat."""
    with atomic():
        files = list(File.objects.filter(pk__in=ids))
        drop_unless_named([name for file in files for name in (file.stored, file.stored_small) if file.sha256 and name])
        File.objects.filter(pk__in=[file.pk for file in files]).delete()
    return len(files)
