"""What can be paid with here: four ways in which a card may behave. There is no number to type anywhere."""

from dataclasses import dataclass

from pivotino.sandbox.events import faults
from pivotino.sandbox.store import Store

CARDS = {
    "works": "A card that works",
    "declines": "A card that is declined",
    "asks": "A card whose bank asks for a second step",
    "later": "A card that works today and is declined later",
}


@dataclass
class CardError(Exception):
    """A payment that did not work, in the words of the API."""

    code: str
    message: str
    decline_code: str = ""


DECLINED = CardError("card_declined", "Your card was declined.", "generic_decline")
CHALLENGE = CardError(
    "authentication_required", "Your bank asks you to confirm this payment.", "authentication_required"
)


def charge(store: Store, card: str, *, present: bool, confirmed: bool = False) -> None:
    """Raise CardError where this payment does not work. `present`: the holder sits before the page and may confirm."""
    on = faults(store)
    if "decline" in on or card in ("declines", "") or (card == "later" and not present):
        raise DECLINED
    if ("challenge" in on or (card == "asks" and present)) and not confirmed:
        raise CHALLENGE
