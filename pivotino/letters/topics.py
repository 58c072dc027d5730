"""What marketing may be about. Whoever wants less stops one topic or all of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as the preference centre names it."""

    name: str
    title: str
    says: str


TOPICS = {
    topic.name: topic
    for topic in (
        Topic("benefits", "What Pivotino does for you", "What is new, and what it is good for."),
        Topic("tips", "Tips", "Small hints for daily work, now and then."),
        Topic("promotions", "Offers", "Prices that hold for some days."),
        Topic("pictures", "Pictures and films", "Short films and pictures of how others work."),
        Topic("newsletter", "Newsletter", "What happened lately, a few times a year."),
    )
}
