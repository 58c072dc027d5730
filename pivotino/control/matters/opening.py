"""Opening a matter, looking at it every quarter, closing it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.matters.models import HeldRecord, Matter
from pivotino.control.matters.models.matter import FIRST_NUMBER, KEPT, QUARTER
from pivotino.control.matters.people import GoneOn, NotPossible, another
from pivotino.jobs import alerts
from pivotino.tenancy.signed_in import SignedIn


def open_matter(said: dict[str, Any], *, reviewer: Account, by: SignedIn) -> Matter:
    """Write an order down as it came. Raises NeedsAnother where the reviewer is whoever brings it in."""
    another(by, reviewer.pk, "review it")
    with transaction.atomic():
        last = Matter.objects.select_for_update().order_by("-number").first()
        return Matter.objects.create(
            number=last.number + 1 if last else FIRST_NUMBER, requester_id=by.id, requester=by.name,
            reviewer_id=reviewer.pk, reviewer=reviewer.name, review_on=timezone.localdate() + QUARTER, **said,
        )  # fmt: skip


def review(matter: Matter, says: str, *, by: SignedIn) -> None:
    """It was looked at and has to go on for another quarter. Not by whoever brought it in."""
    another(by, matter.requester_id, "review it")
    with transaction.atomic():
        matter.reviews.create(by=by.name, says=says)
        Matter.objects.filter(pk=matter.pk).update(review_on=timezone.localdate() + QUARTER)
        alerts.settle("matter review", matter.pk, by=by.name)


def speak_of(matter: Matter) -> None:
    """The gag is lifted: whoever it concerns hears of it with the next round of letters."""
    Matter.objects.filter(pk=matter.pk).update(gag=Matter.Gag.NONE, gag_until=None)


def renew(matter: Matter, **said: Any) -> None:
    """The order goes on: another last day, another gag. What is said anew is on the paper."""
    with transaction.atomic():
        if not Matter.objects.open().filter(pk=matter.pk).update(**said):
            raise GoneOn
        alerts.settle("matter over", matter.pk)


def close(matter: Matter) -> None:
    """Nothing is held for it any more and nothing waits to be handed over. Raises NotPossible."""
    if matter.legal_holds.filter(released_at__isnull=True).exists():
        raise NotPossible("A hold is still there. Release it first.")
    if matter.disclosures.filter(refused_at__isnull=True, handed_at__isnull=True).exists():
        raise NotPossible("A disclosure is neither handed over nor refused.")
    if not Matter.objects.open().filter(pk=matter.pk).update(closed_at=timezone.now()):
        raise GoneOn
    for kind in ("matter review", "matter over"):
        alerts.settle(kind, matter.pk)


def look_at_the_clocks() -> None:
    """Every night: what was not reviewed in its quarter, or lasts longer than its paper, is an alert until somebody acts."""
    today = timezone.localdate()
    for matter in Matter.objects.open():
        if matter.review_is_late:
            alerts.rise("matter review", matter.pk, f"{matter} was to be reviewed by {matter.reviewer} until {matter.review_on:%-d %B %Y}.")  # fmt: skip
        if not (
            matter.expires_on and matter.expires_on < today and matter.legal_holds.filter(released_at=None).exists()
        ):
            alerts.settle("matter over", matter.pk)
        else:
            alerts.rise("matter over", matter.pk, f"The order of {matter} ran out on {matter.expires_on:%-d %B %Y}. Renew it or release what is held.")  # fmt: skip


def forget_old() -> None:
    """Seven years after a matter was closed nothing of it stays, unless the vault is not empty yet."""
    for matter in Matter.objects.filter(closed_at__lt=timezone.now() - KEPT):
        with transaction.atomic():
            records = HeldRecord.objects.filter(hold__matter=matter)
            if not records.filter(sealed_at__isnull=False, emptied_at__isnull=True).exists():
                for rows in (records, matter.legal_holds.all(), matter.disclosures.all()):
                    rows.delete()
                matter.delete()
