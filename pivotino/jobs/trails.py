"""A line in the trail of an instance that need not be in before the answer is: somebody signed in, an export was asked for."""

from uuid import UUID

from pivotino.jobs.making import job
from pivotino.kit.ids import uuid7
from pivotino.tenancy import trails
from pivotino.tenancy.models import Instance


def tell(instance_id: UUID, what: str, *, account_id: UUID, how: str = "") -> None:
    """Put a line in line, in the caller's transaction. Names are found inside: none waits here."""
    note.later(str(instance_id), what, str(account_id), how[:120], str(uuid7()))


@job(queue="default", attempts=8)
def note(instance_id: str, what: str, account_id: str, how: str, key: str) -> None:
    """Write it, once for each key."""
    instance = Instance.objects.living().filter(pk=instance_id).first()
    if instance is not None:
        trails.write(instance, what, account_id=UUID(account_id), key=key, facts={"how": how} if how else None)
