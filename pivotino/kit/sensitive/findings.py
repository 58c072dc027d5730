"""What is looked for, how strict somebody is about it, and what was found."""

from dataclasses import dataclass
from enum import StrEnum


class Pack(StrEnum):
    """A kind of thing that should not lie about. CHILDREN are identity numbers whose date says: under 13."""

    CARDS = "cards"
    SECRETS = "secrets"
    IDENTITY = "identity"
    CHILDREN = "children"
    BANK = "bank"
    HEALTH = "health"


class Stance(StrEnum):
    """What happens where a thing of a kind is found: nothing; a question; its place is kept without it; no."""

    OFF = "off"
    WARN = "warn"
    MASK = "mask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where in the text it stands, how it may be shown, and what it is. `young`: its birth date says under 18."""

    start: int
    end: int
    shown: str
    pack: Pack = Pack.CARDS
    young: bool = False
