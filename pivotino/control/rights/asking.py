"""Asking for something, and showing that it was oneself. Somebody else's asking blocks nobody and moves nothing.

Each unproven demand stands alone; nobody is looked up. The address gets one letter a day for each network that asks, four in
all: whoever asks first and is thrown away as a stranger does not keep the person's own letter back. Every link shows all that
was asked in this name. What a proven demand sets going is in `granting`.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pivotino.control.accounts.models import Account
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.models import Source
from pivotino.control.helpdesk.verbs import open_ticket
from pivotino.control.marketing.models import Whereabouts
from pivotino.control.prospects.models import Prospect
from pivotino.control.rights import granting, letters
from pivotino.control.rights.links import page_link, proof_link
from pivotino.control.rights.models import Demand, Kind
from pivotino.control.rights.models.demand import UNPROVEN
from pivotino.kit.retention import in_words_of
from pivotino.letters import send
from pivotino.letters.marks import mark_of
from pivotino.letters.models import Sent
from pivotino.letters.models.suppression import Scope
from pivotino.letters.suppression import suppress
from pivotino.tenancy.addresses import absolute, control_url
from pivotino.tenancy.signed_in import SignedIn

NOT_ME = f"If it was not you, do nothing: nothing was told to anybody, and in {in_words_of(UNPROVEN)} it is forgotten."


LETTERS_A_DAY, SHOWN_OF_A_KIND = 4, 3


def ask(kind: str, address: str, *, receipt: str = "", ticket: str = "", network: str = "") -> None:
    """Somebody at this address, or who knows it, asks. An objection holds at once, without proof or reason."""
    now = timezone.now()
    if kind == Kind.OBJECTION:
        suppress(address, Scope.MARKETING, how="objection")
        says = ["From now on we send no news and no advertising to this address, and that does not run out. No reason is needed.",
                "Letters about something you do with us yourself still come, such as a code to sign in."]  # fmt: skip
        letter: letters.Note = letters.Objected(to=address, says=says, link=absolute(control_url("rights:new")))
        send(letter, key=f"rights-objected:{mark_of(address)}:{now:%Y-%m-%d}")
        return
    with transaction.atomic():
        Demand.ask(kind, address, receipt=receipt, ticket=ticket)
        key = proof_key(address, now, network)
        if not key:
            return
        says = ["Somebody asked us for something about the personal data of this address. The page shows what, and when. Say there whether it was you.",
                NOT_ME]  # fmt: skip
        send(letters.Prove(to=address.strip().lower(), says=says, link=proof_link(key)), key=key)


def ask_signed_in(kind: str, account: SignedIn, *, receipt: str = "") -> Demand | None:
    """Somebody who has just shown again who they are. None for an objection, which is over at once."""
    if kind == Kind.OBJECTION:
        ask(kind, account.email)
        return None
    with transaction.atomic():
        demand = Demand.ask(kind, account.email, receipt=receipt)
        prove(demand, account=account)
    return demand


def proof_key(address: str, now: datetime, network: str = "") -> str:
    """One letter a day and network, nothing after the last. A person who was erased since a letter left gets a fresh one."""
    day = f"rights-proof:{mark_of(address)}:{now:%Y-%m-%d}"
    asker = mark_of(f"{day}:{network}")[:8]
    key = f"{day}:{asker}"
    if Sent.objects.filter(key=key, to="").exists():
        return f"{key}:again"
    went = set(Sent.objects.filter(key__startswith=f"{day}:").exclude(to="").values_list("key", flat=True))
    return key if key in went or len(went) < LETTERS_A_DAY else ""


def asked_of(address: str) -> list[Demand]:
    """What waits for a proof in this name, the newest first: a few of each kind, however often strangers ask."""
    rows = Demand.objects.of(address).unproven()
    newest = [one for kind in Kind.values for one in rows.filter(kind=kind)[:SHOWN_OF_A_KIND]]
    return sorted(newest, key=lambda one: one.asked_at, reverse=True)


def prove(demand: Demand, *, account: SignedIn | None = None) -> Demand:
    """It was they. The clock starts, a ticket is opened, and what needs no human happens. Repeating it changes nothing."""
    with transaction.atomic():
        row = Demand.objects.select_for_update().get(pk=demand.pk)
        if row.proved_at or row.over_at:
            return row
        row.country = _country(row.email)
        row.start_clock(timezone.now())
        if not row.ticket:
            row.ticket = open_ticket(
                Category.PRIVACY, Kind(row.kind).label, f"By the form at /rights/. Answer by {row.due_at:%-d %B %Y} ({row.law.name}).",
                email=row.email, source=Source.MY if account else Source.FORM, account=account, proved=True, auto=True,
            ).number  # fmt: skip
        row.save()
        says = [
            f"You asked: {Kind(row.kind).label.lower()}. The law gives us until {row.due_at:%-d %B %Y}; most of it is done long before."
        ]
        send(letters.Begun(to=row.email, says=says, link=page_link(row)), key=f"rights-begun:{row.pk}")
        granting.begin(row)
    return row


def disown(demand: Demand) -> None:
    """It was not they. Nothing of it stays but that it was so."""
    demand.end(Demand.End.DISOWNED)


def _country(address: str) -> str:
    """Where they probably are, as far as we were told."""
    account = Account.objects.with_email(address)
    known = Whereabouts.objects.filter(account=account).first() if account else None
    prospect = None if known else Prospect.objects.filter(address=address).first()
    return known.country if known else prospect.country if prospect else ""
