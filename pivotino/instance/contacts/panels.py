"""What rooms above add to a contact's page: its sales, its mail. They register a panel; we never import them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pivotino.instance.contacts.models import Contact
from pivotino.instance.members.models import Member


@dataclass(frozen=True, slots=True)
class Panel:
    """A template of the room above and what it shows."""

    template: str
    context: Mapping[str, Any]


Maker = Callable[[Contact, Member], Panel | None]
_makers: list[tuple[int, Maker]] = []


def panel(order: int) -> Callable[[Maker], Maker]:
    """Register what a room shows of a contact, in rising order. It shows only what this member may see."""

    def keep(maker: Maker) -> Maker:
        _makers.append((order, maker))
        return maker

    return keep


def panels_of(contact: Contact, member: Member) -> list[Panel]:
    """The panels that have something to show."""
    made = (maker(contact, member) for _, maker in sorted(_makers, key=lambda pair: pair[0]))
    return [one for one in made if one is not None]
