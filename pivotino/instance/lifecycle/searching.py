"""The search over everything: what this member may see that mentions the words, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from pivotino.instance.contacts.models import Contact
from pivotino.instance.history import search
from pivotino.instance.lifecycle.commands import Offer, offers
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import today
from pivotino.instance.pipeline import queries
from pivotino.instance.pipeline.models import Stage
from pivotino.instance.pipeline.piles import CardRow
from pivotino.kit.days import due_phrase
from pivotino.kit.fold import fold
from pivotino.ui.jinja import maybe_url

CARD, CONTACT = "opportunity", "contact"
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class CardHit:
    """A card that was found, with where it stands and what is next."""

    title: str
    who: str
    stage: str
    href: str
    amount_minor: int
    currency: str
    state: str
    next: str


@dataclass(frozen=True, slots=True)
class ContactHit:
    """A company or a person that was found."""

    name: str
    about: str
    href: str
    is_company: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found. `meant` is what was probably meant where nothing holds the words as they were typed."""

    text: str
    cards: Sequence[CardHit] = ()
    contacts: Sequence[ContactHit] = ()
    offers: Sequence[Offer] = field(default_factory=list)
    meant: str = ""

    @property
    def nothing(self) -> bool:
        """True where no record was found, not even one letter away."""
        return not self.cards and not self.contacts


def look_for(member: Member, text: str, *, limit: int) -> Results:
    """Search as this member: at most `limit` cards and as many contacts, the best first, and what can be done."""
    text = " ".join(text.split())[:120]
    if not fold(text):
        return Results(text="")
    hits = {kind: search.find(member, text, [kind], limit) for kind in (CARD, CONTACT)}
    cards = _cards(member, [hit.id for hit in hits[CARD]])
    contacts = _contacts([hit.id for hit in hits[CONTACT]])
    # Either kind may hold the very words: then nothing else was meant.
    shown = {card.id for card in cards} | {contact.pk for contact in contacts}
    as_typed = any(hit.exact and hit.id in shown for found in hits.values() for hit in found)
    names = [f"{card.title} {card.contact_name}" for card in cards] + [row.name for row in contacts]
    day, stages = today(), Stage.known()
    return Results(
        text=text, cards=[_card(card, stages[card.stage_id], day) for card in cards if card.stage_id in stages],
        contacts=[_contact(contact) for contact in contacts],
        offers=offers(member, text), meant="" if as_typed else _meant(text, names),
    )  # fmt: skip


def _cards(member: Member, ids: list[UUID]) -> list[CardRow]:
    rows = {row.id: row for row in queries.cards(member, ids)}
    return [rows[id] for id in ids if id in rows]


def _contacts(ids: list[UUID]) -> list[Contact]:
    rows = Contact.objects.kept().select_related("company").in_bulk(ids)
    return [rows[id] for id in ids if id in rows]


def _meant(text: str, names: list[str]) -> str:
    """The words as they stand in the names that were found; nothing where no word of them is close."""
    spelled = {fold(word): word.strip(",.;:()“”\"'") for name in names for word in name.split() if fold(word)}
    words = [_closest(word, spelled) for word in text.split()]
    meant = " ".join(words)
    return meant if fold(meant) != fold(text) else ""


def _closest(word: str, spelled: dict[str, str]) -> str:
    if fold(word) in spelled:
        return word
    near = get_close_matches(fold(word), spelled, n=1, cutoff=ALIKE)
    return spelled[near[0]] if near else word


def _card(card: CardRow, stage: Stage, day: date) -> CardHit:
    state, said = _next(card, stage, day)
    return CardHit(
        title=card.title, who=card.contact_name, stage=stage.name, href=_card_address(card.id),
        amount_minor=card.amount_minor, currency=card.currency, state=state, next=said,
    )  # fmt: skip


def _next(card: CardRow, stage: Stage, day: date) -> tuple[str, str]:
    if not stage.is_open:
        return ("won", "Won") if stage.is_won else ("lost", "Lost")
    if card.next_on is None:
        return "nothing", "Nothing planned"
    state, said = due_phrase(card.next_on, day)
    return state, f"{card.next_summary}, {said}"


def _card_address(id: UUID) -> str:
    try:
        return reverse("pipeline:opportunity", args=[id])
    except NoReverseMatch:
        return maybe_url("pipeline:board")


def _contact(contact: Contact) -> ContactHit:
    belongs = contact.company.name if contact.company else ""
    about = " · ".join(filter(None, [contact.job_position, belongs or contact.city, contact.number_said]))
    return ContactHit(contact.name, about, reverse("contacts:show", args=[contact.pk]), contact.is_company)
