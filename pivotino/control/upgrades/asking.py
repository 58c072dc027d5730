"""The verbs of upgrades: what customers ask for, and what staff does for one, for some, for all. `by` is who, `why` is why."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from pivotino.control.upgrades import bringing, trying
from pivotino.control.upgrades.jobs import bring_in_line, try_in_line
from pivotino.control.upgrades.models import Trial, Upgrade
from pivotino.jobs.carrying import MOST_TRIES, end_watch
from pivotino.tenancy import provision
from pivotino.tenancy.models import Instance


class NotNow(RuntimeError):
    """What was asked cannot be done at present; the sentence says why, to the person who asked."""


def is_behind(instance: Instance) -> bool:
    """Whether there is a newer version for this instance."""
    return instance.schema_version != provision.schema_version()


def try_out(instance: Instance, *, by: str, why: str = "") -> Trial:
    """A copy of the instance at the newest version, to try it. An earlier copy that can be tried goes first."""
    for earlier in Trial.objects.standing().filter(instance=instance, rehearsal=False):
        if earlier.is_being_made:
            return earlier
        trying.remove(earlier)
    try:
        with transaction.atomic():
            trial = Trial.objects.create(instance=instance, by=by, why=why, to_version=provision.schema_version())
            try_in_line(trial)
    except IntegrityError:
        return Trial.objects.standing().get(instance=instance, rehearsal=False)
    return trial


def end_trial(trial: Trial, *, by: str, why: str = "") -> None:
    """Remove the copy now instead of later."""
    if trial.is_being_made:
        raise NotNow("The copy is still being made. Wait until it is ready.")
    trying.remove(trial)


def bring(instance: Instance, *, at: datetime | None = None, by: str, why: str = "") -> Upgrade:
    """Bring the instance to the newest version, now or at that time. Raises NotNow where there is nothing to do.

    The version before an earlier upgrade, which is still watched, goes now.
    """
    if not is_behind(instance):
        raise NotNow("This database has the newest version already.")
    end_watch(Upgrade.objects.filter(instance=instance), bringing.go_on)
    try:
        with transaction.atomic():
            upgrade = Upgrade.objects.create(
                instance=instance, by=by, why=why, due_at=at or timezone.now(), from_bucket=instance.bucket,
                to_bucket=instance.bucket, from_generation=instance.generation, from_version=instance.schema_version,
                to_version=provision.schema_version(),
            )  # fmt: skip
            if upgrade.due_at <= timezone.now():
                bring_in_line(upgrade)
    except IntegrityError:
        raise NotNow("An upgrade of this database is under way or planned already.") from None
    return upgrade


def bring_many(instances: Iterable[Instance], *, at: datetime | None = None, by: str, why: str) -> list[Upgrade]:
    """The same for a cohort; those with nothing to do, or with an upgrade under way, are left out."""
    upgrades = []
    for instance in instances:
        try:
            upgrades.append(bring(instance, at=at, by=by, why=why))
        except NotNow:
            continue
    return upgrades


def bring_all(*, at: datetime | None = None, by: str, why: str, unrehearsed: bool = False) -> list[Upgrade]:
    """The same for everybody. Raises NotNow unless this release was rehearsed over every instance and all went well."""
    missing = unrehearsed_instances()
    if missing.exists() and not unrehearsed:
        raise NotNow(
            f"{missing.count()} databases were not rehearsed with this version. Run `pivotino manage rehearse_release`."
        )
    return bring_many(behind(), at=at, by=by, why=why)


def call_off(upgrade: Upgrade, *, by: str, why: str = "") -> None:
    """Forget an upgrade that has not begun."""
    planned = Upgrade.objects.open().filter(pk=upgrade.pk, begun_at__isnull=True)
    if not planned.update(failed_at=timezone.now(), trouble=f"Called off by {by}."[:300]):
        raise NotNow("It has begun. It ends by itself in a few minutes, well or with the old version back.")


def accept(upgrade: Upgrade, *, by: str, why: str = "") -> None:
    """The new version is fine: the one before is removed now instead of in a week."""
    Upgrade.objects.open().filter(pk=upgrade.pk, opened_at__isnull=False).update(watched_until=timezone.now())
    bring_in_line(upgrade)


def rehearse(instance: Instance, *, by: str, why: str = "") -> Trial:
    """Do everything on a copy, here and now: copy, new version, comparison, removal. The trial says how it went."""
    for earlier in Trial.objects.standing().filter(instance=instance, rehearsal=True):
        trying.remove(earlier)
        earlier.set(failed_at=earlier.failed_at or timezone.now())
    trial = Trial.objects.create(
        instance=instance,
        rehearsal=True,
        by=by,
        why=why,
        to_version=provision.schema_version(),
        tries=MOST_TRIES,
    )
    trying.go_on(trial)
    trial.refresh_from_db()
    return trial


def behind() -> "models.QuerySet[Instance]":
    """Living instances with an older version than this code's."""
    return Instance.objects.living().exclude(schema_version=provision.schema_version())


def unrehearsed_instances() -> "models.QuerySet[Instance]":
    """Those of them for which this release was never rehearsed well."""
    well = Trial.objects.filter(to_version=provision.schema_version(), ready_at__isnull=False, failed_at__isnull=True)
    return behind().exclude(pk__in=well.values("instance_id"))
