"""Letters: what we write to people, why, and what became of it.

    class Verification(Letter):
        kind = Kind.TRANSACTIONAL
        template = "subscriptions/letters/verification"      # .txt and .html; the first line of the .txt is the subject
        why = "You get this letter because this address was used to register."

    class Tips(MarketingLetter):                             # carries its own way to stop it; asks whether it may go
        topic, template, why = "tips", "marketing/letters/tips", "You get this letter because …"

    send(Verification(to="a@b.example", name="Anna", link=url), key=f"verification:{row.id}:1")

One letter a key, for ever. The ledger keeps that it was sent, never what it said.
"""

from pivotino.letters.kinds import Kind
from pivotino.letters.letter import Letter, MarketingLetter
from pivotino.letters.posting import send, send_sealed
from pivotino.letters.refusals import (
    AsksForPassword,
    CannotBeSealed,
    CannotBeSwitchedOff,
    InTransaction,
    NotAnAddress,
    Promotes,
    Undeliverable,
)

__all__ = [
    "AsksForPassword", "CannotBeSealed", "CannotBeSwitchedOff", "InTransaction", "Kind", "Letter", "MarketingLetter", "NotAnAddress",
    "Promotes", "Undeliverable", "send", "send_sealed",
]  # fmt: skip
