"""Telling those who asked, and forgetting those who never said yes."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from pivotino.control.privacy import documents
from pivotino.control.privacy.letters import RulesChange
from pivotino.control.privacy.models import Announcement, Watcher
from pivotino.control.privacy.watching import stop_link
from pivotino.jobs import job, schedule
from pivotino.kit.retention import period, sweep, sweeps
from pivotino.letters import send
from pivotino.tenancy.addresses import absolute, control_url

NAMES = {"register": "those who work for us", "policy": "the privacy policy", "terms": "the terms of service"}


@schedule("*/15 * * * *")
def look_for_news() -> None:
    """Announce versions that were put on the shelf, and write to everybody about what nobody was told yet."""
    announce_versions()
    for announcement in Announcement.objects.untold().order_by("announced_at"):
        tell.later(str(announcement.pk), key=f"tell:{announcement.pk}")


def announce_versions() -> None:
    """Every sealed version of policy and terms is announced once; those in force at the very start are not news."""
    now = timezone.now()
    for kind in documents.KINDS:
        known = set(Announcement.objects.filter(kind=kind).values_list("name", flat=True))
        for document in documents.versions(kind):
            if document.version in known:
                continue
            began = documents.effective_moment(document)
            Announcement.objects.create(
                kind=kind, name=document.version, what="version" if known or began > now else "first", fingerprint=document.sha256,
                lines=[f"{document.title}: the version of {document.effective_on:%-d %B %Y}."], effective_at=began,
            )  # fmt: skip


@job(queue="letters")
def tell(announcement_id: str) -> None:
    """One letter to each who asked. Safe to repeat: each letter has its key."""
    announcement = Announcement.objects.get(pk=announcement_id)
    words = {
        "about": NAMES[announcement.kind], "lines": announcement.lines, "day": f"{announcement.effective_at:%-d %B %Y}",
        "link": absolute(control_url("privacy:changes")),
    }  # fmt: skip
    for watcher in Watcher.objects.confirmed().iterator():
        letter = RulesChange(to=watcher.email, unsubscribe=stop_link(watcher), **words)
        send(letter, key=f"rules:{announcement.pk}:{watcher.pk}")
    Announcement.objects.filter(pk=announcement.pk).update(told_at=timezone.now())


@schedule("40 3 * * *")
def forget_the_silent() -> int:
    """Delete addresses whose owner did not say yes within a week."""
    return sweep("watchers")


@sweeps("watchers")
def watchers_over(at: datetime) -> QuerySet[Watcher]:
    return Watcher.objects.filter(confirmed_at__isnull=True, asked_at__lt=at - period("watchers"))
