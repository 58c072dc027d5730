"""The ledger of letters, the envelopes that wait, in development the letters themselves; and who is not written to."""

from pivotino.letters.models.ledger import Envelope, Kept, Sent, State
from pivotino.letters.models.reading import Reading
from pivotino.letters.models.suppression import Suppression

__all__ = ["Envelope", "Kept", "Reading", "Sent", "State", "Suppression"]
