"""What campaigns do later."""

from uuid import UUID

from pivotino.control.marketing import aiming, campaigning
from pivotino.control.marketing.campaigning import CAMPAIGNS
from pivotino.control.marketing.models import Campaign
from pivotino.jobs import job, schedule
from pivotino.kit.retention import note


@job(queue="campaigns", attempts=20, priority=-30)
def go(campaign_id: str) -> None:
    """The next step of a campaign; it puts the step after it in line."""
    CAMPAIGNS.step(UUID(campaign_id))


@job(queue="campaigns", priority=-20)
def count(campaign_id: str) -> None:
    """Count whom a campaign would reach."""
    if campaign := Campaign.objects.filter(pk=campaign_id).first():
        campaigning.count(campaign)


@schedule("17 * * * *", priority=-20)
def keep_house() -> None:
    """Go on where a step was lost, hear what came back, forget addresses that are over."""
    aiming.note_whereabouts()
    campaigning.forget_erased()
    note("campaign addresses", CAMPAIGNS.keep_house())
