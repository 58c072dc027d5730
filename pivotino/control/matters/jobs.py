"""What matters do by themselves: packages, letters after a gag, clocks, and the register's last day."""

from pivotino.control.erasures.jobs import resume
from pivotino.control.matters import breaches, disclosing, holding, opening
from pivotino.control.matters.models import Disclosure, HeldRecord
from pivotino.jobs import job, schedule


@job(queue="matters", attempts=20, priority=40)
def make(disclosure_id: str) -> None:
    """Make the package of one disclosure."""
    found = Disclosure.objects.select_related("matter").filter(pk=disclosure_id).first()
    if found is not None:
        disclosing.make(found)


@schedule("*/15 * * * *")
def look_at_the_clocks() -> None:
    """Breaches count in hours, so this comes round often."""
    breaches.look_at_the_clocks()


@schedule("5 4 * * *")
def by_night() -> None:
    """Reviews that are late, gags that are over, and what was released but is still in the vault."""
    opening.look_at_the_clocks()
    disclosing.tell_those_who_may_know()
    breaches.forget_old()
    opening.forget_old()
    if HeldRecord.objects.filter(
        hold__released_at__isnull=False, sealed_at__isnull=False, emptied_at__isnull=True
    ).exists():
        resume.later(key="resume")


def go_on() -> None:
    """After a release: the vault, and what our own books still say of erased databases."""
    holding.empty_the_vault()
    holding.finish_erasures()
