"""The letters of campaigns: one class a topic, so that what may be stopped is decided in code."""

from typing import Any

from pivotino.letters import MarketingLetter
from pivotino.letters.refusals import Unexplained

TEMPLATE = "marketing/letters/campaign"


class CampaignLetter(MarketingLetter):
    """What the five have in common. `because` says why this person, a prospect's source among it; without it nothing goes."""

    def __init__(self, *, because: str, **words: Any) -> None:
        if not because.strip():
            raise Unexplained("A letter of marketing says why it came, and of a prospect where the address is from.")
        super().__init__(because=because, **words)


class Benefits(CampaignLetter):
    topic, template, why = "benefits", TEMPLATE, "{because}"


class Tips(CampaignLetter):
    topic, template, why = "tips", TEMPLATE, "{because}"


class Promotions(CampaignLetter):
    topic, template, why = "promotions", TEMPLATE, "{because}"


class Pictures(CampaignLetter):
    topic, template, why = "pictures", TEMPLATE, "{because}"


class Newsletter(CampaignLetter):
    topic, template, why = "newsletter", TEMPLATE, "{because}"


BY_TOPIC: dict[str, type[CampaignLetter]] = {
    letter.topic: letter for letter in (Benefits, Tips, Promotions, Pictures, Newsletter)
}
