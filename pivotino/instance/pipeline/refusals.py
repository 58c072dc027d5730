"""What the pipeline refuses, each with a sentence for the person who tried."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from pivotino.kit.days import date_phrase

if TYPE_CHECKING:
    from pivotino.instance.pipeline.models import Opportunity


class Refusal(Exception):
    """Nothing was changed. `message` says why and what to do, in words for the person who tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotYours(Refusal):
    """The record is outside of what this member may see."""

    def __init__(self) -> None:
        super().__init__("This opportunity belongs to somebody else.")


class Gone(Refusal):
    """The opportunity was removed meanwhile."""

    def __init__(self) -> None:
        super().__init__("This opportunity was removed. Bring it back first.")


class Stale(Refusal):
    """Somebody changed the record since it was read. Carries what is true now: `opportunity`, its `stage_id` and `who`."""

    def __init__(self, message: str, *, opportunity: "Opportunity", who: str) -> None:
        super().__init__(message)
        self.opportunity, self.who = opportunity, who
        self.stage_id: UUID = opportunity.stage_id
        self.version = opportunity.version


class StaleMove(Stale):
    """A move carried the version of a card that is not the present one."""


class StaleEdit(Stale):
    """An edit carried the version of a record that is not the present one."""


class StillPlanned(Refusal):
    """Rule R4: people have planned something on it that is neither done nor cancelled."""

    def __init__(self, names: str, count: int) -> None:
        verb, them = ("is", "it") if count == 1 else ("are", "them")
        super().__init__(f"{names or 'An activity'} {verb} still open. Finish or cancel {them} first.")
        self.count = count


class LostReasonNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why it was lost. Pick a reason.")


class AlreadyClosed(Refusal):
    """It has this outcome already."""

    def __init__(self, title: str, stage: str) -> None:
        super().__init__(f"“{title}” is already {stage}.")


class NotClosed(Refusal):
    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}” is open already.")


class ClosingPassed(Refusal):
    """Rule R6: without a later date the nightly rule would give it up again."""

    def __init__(self, closing: date) -> None:
        super().__init__(f"Expected closing is {date_phrase(closing)}. Pick a later day to open it again.")
        self.closing = closing


class ClosedStage(Refusal):
    def __init__(self) -> None:
        super().__init__("A new opportunity starts in an open stage. Mark it won or lost afterwards.")


class RateMissing(Refusal):
    def __init__(self, currency: str, base: str) -> None:
        super().__init__(
            f"There is no rate from {currency} to {base} yet. A Business Owner can add one under Settings, Currencies."
        )
        self.currency = currency


class NotAField(Refusal):
    """The value does not fit the field; nothing was kept."""
