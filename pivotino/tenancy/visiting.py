"""Guests: people of our helpdesk inside an instance, as themselves, for a ticket. The planes meet here.

The control plane keeps the support sessions and says who is a guest (`Guest`, set as `request.guest`) and who is in at
present (`present`). Rooms of an instance are told what a guest opens before it is shown (`noted_by`), and that somebody
came or went (`told_by`). What may be opened stands in a table; what stands nowhere is refused.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from pivotino.tenancy.context import inside
from pivotino.tenancy.places import Place
from pivotino.tenancy.veils import table

REMEMBERED_SECONDS = 2.0
HELPDESK = UUID("0192f4d0-1f5c-7c11-9d0e-6f0a5d1c7e01")


class Kind(StrEnum):
    """What sort of page an address is, as far as guests are concerned."""

    SETTINGS = "settings"
    CONTENTS = "contents"
    NEVER = "never"


def kind_of(name: str) -> Kind:
    """The sort of an address by its name, `pipeline:board`; one that nobody sorted is never opened."""
    return next((kind for kind in (Kind.SETTINGS, Kind.CONTENTS) if name in table()[kind]), Kind.NEVER)


def rooms() -> list[str]:
    """The rooms with contents that somebody may say yes to."""
    return sorted({name.partition(":")[0] for name in table()[Kind.CONTENTS]})


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody of the helpdesk in this request. `writes`: this very request may change something."""

    session: UUID
    account_id: UUID
    name: str
    ticket: str
    until: datetime
    covered: bool = True
    writes: bool = False
    ending: str = ""
    standing: str = ""
    revealing: str = ""

    @property
    def called(self) -> str:
        """What history calls them."""
        return f"Helpdesk – {self.name}"

    @property
    def member_id(self) -> UUID:
        """The id of what they did in any instance: the same as long as they work for us, and nobody's seat."""
        return uuid5(HELPDESK, self.account_id.hex)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a guest is about to open: `what` is looked, revealed, changed or refused; `path` is an address without content."""

    guest: Guest
    what: str
    name: str
    path: str
    why: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Present:
    """A guest as the people inside see it: who, for which ticket, until when, and where an owner ends it."""

    name: str
    ticket: str
    until: datetime
    contents: bool
    page: str
    ending: str


Noting = Callable[[Page], Any]
Telling = Callable[[str], Any]
Looking = Callable[[Place], list[Present]]
_notes: list[Noting] = []
_tells: list[Telling] = []
_looks: list[Looking] = []
_remembered: dict[UUID, tuple[float, list[Present]]] = {}


def noted_by(note: Noting) -> Noting:
    """Let `note` write down, inside the instance, what a guest opens. Where it raises, nothing is opened."""
    if note not in _notes:
        _notes.append(note)
    return note


def told_by(tell: Telling) -> Telling:
    """Let `tell` say to open browsers of the instance that somebody came or went: "came", "stays" or "went"."""
    if tell not in _tells:
        _tells.append(tell)
    return tell


def looked_up_by(look: Looking) -> Looking:
    """Let `look` say who is in an instance. A second one takes the first one's place."""
    _looks[:] = [look]
    return look


def note(place: Place, page: Page) -> None:
    """Write down in the instance itself what a guest is about to open, whatever they may do there themselves."""
    with inside(place.writable):
        for one in _notes:
            one(page)


def tell(place: Place, news: str) -> None:
    """Somebody came or went."""
    forget(place)
    with inside(place.writable):
        for one in _tells:
            one(news)


def present(place: Place) -> list[Present]:
    """Who of the helpdesk is in, at most two seconds old."""
    now, kept = time.monotonic(), _remembered.get(place.id)
    if kept is None or kept[0] <= now:
        if len(_remembered) > 20_000:
            _remembered.clear()
        kept = now + REMEMBERED_SECONDS, [one for look in _looks for one in look(place)]
        _remembered[place.id] = kept
    return [one for one in kept[1] if one.until > timezone.now()]


def forget(place: Place) -> None:
    """Let the next question in this process be asked anew."""
    _remembered.pop(place.id, None)


def forget_everything() -> None:
    """Drop what this process remembers of who is in."""
    _remembered.clear()
