"""By night: all trails are anchored, then read again. What does not read as it was written is an alert that names the place."""

from pivotino.control.staff import anchoring
from pivotino.jobs import job, schedule
from pivotino.jobs.alerts import rise, settle
from pivotino.kit.chains import Broken
from pivotino.tenancy.models import Instance

KIND = "trail"


@schedule("15 1 * * *")
def anchor_the_trails() -> None:
    """One root a day over where every trail ends."""
    anchoring.anchor()


@schedule("35 1 * * *")
def read_the_trails() -> None:
    """Our own at once, each instance's in a job of its own."""
    for instance in anchoring.readable():
        read_trail_of.later(str(instance.pk), key=f"trail:{instance.pk}")
    try:
        anchoring.verify_anchors()
        anchoring.verify_own()
    except Broken as fault:
        rise(KIND, "control", f"The control trail: {fault}")
    else:
        settle(KIND, "control", by="the nightly reading")


@job(queue="default", attempts=5)
def read_trail_of(instance_id: str) -> None:
    """Read the trail of one instance again."""
    instance = Instance.objects.living().filter(pk=instance_id).first()
    if instance is None:
        return
    try:
        anchoring.verify_instance(instance)
    except Broken as fault:
        rise(KIND, instance.slug, f"The trail of {instance.slug}: {fault}")
    else:
        settle(KIND, instance.slug, by="the nightly reading")
