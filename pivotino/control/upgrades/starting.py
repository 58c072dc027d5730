"""What a start does with databases that are behind this code: the same steps as ever, one after the other, here and now.

Meant for an installation that is one process on one machine. Larger ones set PIVOTINO_UPGRADE_AT_START=false, rehearse the
release and bring databases over while the version before still serves them.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from pivotino.control.upgrades import asking, bringing
from pivotino.control.upgrades.models import Upgrade
from pivotino.jobs.carrying import MOST_TRIES
from pivotino.jobs.refusals import Retry
from pivotino.tenancy import provision

WATCHED = timedelta(days=1)
log = logging.getLogger("pivotino.upgrades")


def bring_all_at_start() -> list[Upgrade]:
    """Bring every database to this code's version, each on a copy that is compared first. Returns those that failed.

    One that fails answers as before; nobody else waits for it. Safe to repeat.
    """
    failed: list[Upgrade] = []
    if not settings.UPGRADE_AT_START:
        return failed
    for instance in asking.behind():
        under_way = Upgrade.objects.open().filter(instance=instance, opened_at__isnull=True)
        if not provision.exists(instance.place) or under_way.exists():
            continue
        upgrade = asking.bring(instance, at=timezone.now() + timedelta(days=1), by="the start")
        upgrade.set(due_at=timezone.now(), tries=MOST_TRIES)
        try:
            bringing.go_on(upgrade, steps=bringing.AT_START)
        except Retry:
            continue  # somebody else has it in hands; a worker goes on with it
        if upgrade.failed_at:
            log.error("%s stays on its version: %s", instance.slug, upgrade.trouble)
            failed.append(upgrade)
        else:
            upgrade.set(watched_until=timezone.now() + WATCHED)
    return failed
