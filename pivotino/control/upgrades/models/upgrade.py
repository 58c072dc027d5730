"""Bringing one instance to the newest version."""

from django.db import models

from pivotino.jobs import steps
from pivotino.jobs.carrying import OPEN, Carrying, CarryingQuerySet
from pivotino.kit.holds import Holds, Nothing
from pivotino.tenancy.freezing import Reason
from pivotino.tenancy.models import Instance


class UpgradeQuerySet(CarryingQuerySet["Upgrade"]):
    """Upgrades, by where they stand."""


class Upgrade(Carrying):
    """One instance on its way to a new version: asked for, scheduled, done on a copy, watched, and the old one removed."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="upgrades")

    objects = UpgradeQuerySet.as_manager()
    reason = Reason.UPGRADE
    leaves = "the version before an upgrade"

    holds = Holds(
        subject="subscriber", purpose="to bring a database to a new version without losing anything",
        retention="as long as the instance", export="account", erasure="row deleted with the instance",
        personal={"instance": "whose database", "by": "who asked"}, plain=Carrying.PLAIN,
    )  # fmt: skip

    class Meta(Carrying.Meta):
        constraints = [models.UniqueConstraint("instance", condition=OPEN, name="upgrade_one_at_a_time")]


class UpgradeStep(steps.Done):
    """One step of one upgrade that is done."""

    upgrade = models.ForeignKey(Upgrade, on_delete=models.CASCADE, related_name="steps")

    holds = Nothing("to go on where a worker stopped", plain={"upgrade", "name", "at"})

    class Meta(steps.Done.Meta):
        constraints = [models.UniqueConstraint("upgrade", "name", name="upgrade_step_once")]
