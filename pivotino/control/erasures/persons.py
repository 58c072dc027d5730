"""What we hold about one person, outside of customers' databases. Rooms join in; nothing here knows them.

    @knows("Visits", models={"visitors.Visit"}, order=40)     # a room's persons.py, imported from its AppConfig
    class Visits:
        def find(self, person: Person) -> Iterable[Found]: ...
        def forget(self, person: Person) -> int: ...           # safe to repeat; says how many rows went or were blanked
        def addresses(self) -> Iterable[str]: ...              # optional: whom the books name, for the ledger after a restore
        def mentions(self, words: Words) -> Iterable[Mention]: ...   # optional: free text that names them, for a human to read
        def correct(self, person: Person, said: Said) -> int: ...    # with addresses(): a new name, phone or email of theirs

Rooms from `provisioning` down cannot import this one: they are spoken for in `erasures/known/`.
Rows that somebody may not let go of stay: a room deletes `free(rows)` only. Whoever wants their data kept and not used is
`is_restricted(address)`: asked before anybody is shown, written to for our own ends, or looked at to sell something.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db import models, transaction

from pivotino.control.accounts.models import Account
from pivotino.control.erasures import hooks
from pivotino.letters.marks import mark_of, marks_of

US = "Nobody but us and those who host our servers"
CONTRACT, CONSENT = "Our contract with you", "Your consent"
INTEREST, LAW = "Our legitimate interest, weighed against yours", "A law that binds us"
FROM_YOU, BY_USE = "You told us", "Came about while you used Pivotino"


class Plan(StrEnum):
    """What an erasure does to something: its rows go, their words about the person go, or a law keeps them."""

    ERASE = "erase"
    BLANK = "blank"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody by what they proved: a mail address in small letters, the account behind it, receipts they quoted."""

    email: str
    account_id: UUID | None = None
    name: str = ""
    phone: str = ""
    receipts: tuple[str, ...] = ()

    @classmethod
    def at(cls, email: str, *, receipts: Iterable[str] = ()) -> "Person":
        """The person who reads this address, with their account if there is one."""
        email = email.strip().lower()
        account = Account.objects.with_email(email)
        if account is None:
            return cls(email=email, receipts=tuple(receipts))
        return cls(email=email, account_id=account.pk, name=account.name, phone=account.phone, receipts=tuple(receipts))

    @property
    def mark(self) -> str:
        return mark_of(self.email)

    @property
    def marks(self) -> list[str]:
        return marks_of(self.email)


@dataclass(frozen=True, kw_only=True)
class Found:
    """One sort of thing we hold about somebody, as that person reads it.

    `facts` are pairs of what and value; `provided` says that they gave it to us themselves, so that they may carry it
    elsewhere. `why` names the law or the reason where the plan keeps it. `count` is how many rows there are.
    """

    what: str
    purpose: str
    basis: str
    source: str
    until: str
    recipients: str = US
    facts: tuple[tuple[str, str], ...] = ()
    count: int = 1
    plan: Plan = Plan.ERASE
    why: str = ""
    provided: bool = False

    @classmethod
    def of(cls, model: Any, **told: Any) -> "Found":
        """The same with purpose and retention as the model declares them."""
        return cls(**{"purpose": model.holds.purpose, "until": model.holds.retention, **told})


@dataclass(frozen=True, kw_only=True)
class Words:
    """What may stand for somebody in a text that people typed: compared in small letters."""

    all: tuple[str, ...]

    @classmethod
    def of(cls, person: Person) -> "Words":
        """Address, phone and the whole name; nothing shorter than five letters, which would find everybody."""
        return cls(all=tuple(word.lower() for word in (person.email, person.phone, person.name) if len(word) >= 5))

    def within(self, *fields: str) -> models.Q:
        """Rows of which one of these fields says one of the words."""
        found = models.Q()
        for field in fields:
            for word in self.all:
                found |= models.Q((f"{field}__icontains", word))
        return found

    def among(self, text: str) -> str:
        """The part of a text that names them, or nothing."""
        small = text.lower()
        at = next((at for word in self.all if (at := small.find(word)) >= 0), -1)
        return " ".join(text[max(0, at - 60) : at + 100].split()) if at >= 0 else ""


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A text that seems to name somebody: `place` says where in words, `model` and `id` where exactly."""

    model: str
    id: str
    place: str
    excerpt: str


class Room(Protocol):
    """What a room answers about one person."""

    def find(self, person: Person) -> Iterable[Found]: ...

    def forget(self, person: Person) -> int: ...


class Known(NamedTuple):
    order: int
    what: str
    room: Any
    models: frozenset[str]


# What somebody corrected: only what is new, under name, phone, email, and for possible customers company and country.
Said = Mapping[str, str]
R = TypeVar("R", bound=Room)
M = TypeVar("M", bound=models.Model)
_known: list[Known] = []
Restricting = Callable[[list[str]], Iterable[str]]
_restricting: list[Restricting] = []

RESTRICTED = "They want it kept and not used. Nobody of us uses or changes it until that is lifted."


def knows(what: str, *, models: Iterable[str], order: int = 50) -> Callable[[type[R]], type[R]]:
    """Register what a room holds about people; `what` stands in plans and on certificates. Low orders are forgotten first."""

    def keep(room: type[R]) -> type[R]:
        _known.append(Known(order, what, room(), frozenset(models)))
        return room

    return keep


def told(*pairs: tuple[str, object]) -> tuple[tuple[str, str], ...]:
    """Facts as a page reads them: moments to the minute, nothing where there is nothing."""
    return tuple((what, _said(value)) for what, value in pairs if value not in (None, "", False))


def rooms() -> list[Known]:
    """Everybody who joined in, in the order of forgetting."""
    return sorted(_known, key=lambda one: (one.order, one.what))


def free(rows: models.QuerySet[M]) -> models.QuerySet[M]:
    """Those of these rows that nobody holds back."""
    held = hooks.held_keys(rows.model._meta.label)
    return rows.exclude(pk__in=held) if held else rows


def found_about(person: Person) -> list[Found]:
    """Everything we hold about this person. The caller has proof that it is they who ask."""
    return [found for one in rooms() for found in one.room.find(person)]


def mentions_of(person: Person) -> Iterator[Mention]:
    """Every text that seems to name this person."""
    words = Words.of(person)
    for one in rooms():
        if words.all and hasattr(one.room, "mentions"):
            yield from one.room.mentions(words)


def correct(person: Person, said: Said) -> int:
    """Write what is right into every room but the account, which `accounts.correcting` does. Twice is once."""
    with transaction.atomic():
        return sum(one.room.correct(person, said) for one in rooms() if hasattr(one.room, "correct"))


def restricts(marks: Restricting) -> Restricting:
    """Register who knows which of these marks are of people whose data is kept and not used."""
    _restricting.append(marks)
    return marks


def restricted_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses whose people want it kept and not used; one question for all of them."""
    marked = {mark: address for address in addresses if address for mark in marks_of(address)}
    return {marked[mark] for ask in _restricting for mark in ask([*marked])}


def is_restricted(address: str) -> bool:
    return bool(restricted_among([address]))


def addresses() -> set[str]:
    """Every address our books name, in small letters."""
    told = (address for one in rooms() if hasattr(one.room, "addresses") for address in one.room.addresses())
    return {address.strip().lower() for address in told if address}


def _said(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else "yes" if value is True else str(value)
