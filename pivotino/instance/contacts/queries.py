"""Questions about contacts: a page of the list, what looks alike, what to suggest while somebody types."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from pivotino.instance.contacts.models import Contact, ContactKind
from pivotino.instance.contacts.searching import matching
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company as our_company
from pivotino.kit.fold import core_name, fold, likeness
from pivotino.kit.phones import NotAPhone, parse_phone

PAGE = 50
ALIKE = 0.6
CANDIDATES = 120
SAME = 20

# A domain everybody may have an address at says nothing about where somebody works.
PUBLIC_MAIL = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.my", "ymail.com", "hotmail.com", "outlook.com", "live.com", "msn.com",
    "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.de", "web.de", "mail.com", "zoho.com",
    "yandex.com", "qq.com", "163.com", "126.com", "streamyx.com", "tm.net.my", "singnet.com.sg",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """A contact that may be the one just typed: how sure from 0 to 1, and why in a few words."""

    id: UUID
    name: str
    kind: str
    company_name: str
    email: str
    phone: str
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contacts a list shows."""

    kind: str = ContactKind.COMPANY
    text: str = ""
    letter: str = ""
    label: str = ""

    def found(self, member: Member) -> "QuerySet[Contact]":
        rows = Contact.objects.kept().filter(kind=self.kind)
        if self.label:
            rows = rows.filter(labels__name=self.label)
        if self.letter:
            rows = rows.filter(folded__startswith=self.letter)
        return matching(rows, self.text, member)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `more` is the cursor of the next one, empty at the end."""

    rows: Sequence[Contact]
    more: str


def page_of(member: Member, wanted: Wanted, *, after: str = "", size: int = PAGE) -> Page:
    """The contacts after a cursor, by name. A cursor somebody made up starts from the top."""
    rows = wanted.found(member).select_related("company", "owner")
    if seen := _opened(after):
        name, id = seen
        rows = rows.filter(Q(folded__gt=name) | Q(folded=name, id__gt=id))
    found = list(rows.order_by("folded", "id")[: size + 1])
    more = _closed(found[size - 1]) if len(found) > size else ""
    return Page(found[:size], more)


def counts() -> dict[str, int]:
    """How many companies and people there are."""
    rows = Contact.objects.kept().order_by().values_list("kind").annotate(Count("pk"))
    found: dict[str, int] = dict(rows)
    return {kind: found.get(kind, 0) for kind in ContactKind.values}


def first_letters(kind: str) -> list[str]:
    """The first letters that names of this kind have, in order."""
    rows = Contact.objects.kept().filter(kind=kind).order_by().values_list(Substr("folded", 1, 1), flat=True).distinct()
    return sorted(letter for letter in rows if letter)


def suggest(member: Member, text: str, *, kind: str = "", limit: int = 8) -> list[Contact]:
    """What somebody may mean who typed this much: names that begin so first."""
    wanted = fold(text)
    if not wanted:
        return []
    rows = Contact.objects.kept().select_related("company")
    rows = rows.filter(kind=kind) if kind else rows
    begins = list(rows.filter(folded__startswith=wanted).order_by("folded")[:limit])
    if len(begins) == limit:
        return begins
    others = matching(rows, text, member).exclude(pk__in=[row.pk for row in begins])
    return begins + list(others.order_by("folded")[: limit - len(begins)])


def named_company(name: str) -> Contact | None:
    """The one company with this name, legal forms and case aside; None when there is none, or more than one."""
    wanted = fold(name)
    found = list(Contact.objects.companies().filter(folded=wanted)[:2])
    return found[0] if len(found) == 1 else None


def find_like(
    name: str, email: str = "", phone: str = "", limit: int = 5, *, but: UUID | None = None
) -> list[Likeness]:
    """Contacts that may be the same: by mail, by number, by name, then companies at the same mail domain. Surest first."""
    sure: dict[UUID, Likeness] = {}
    name, email, phone = (text.replace("\x00", "") for text in (name, email, phone))
    for contact, score, why in _alike(name, email.strip().lower(), _dialled(phone)):
        if contact.pk != but and score > sure.get(contact.pk, _NOBODY).score:
            sure[contact.pk] = _likeness(contact, score, why)
    return sorted(sure.values(), key=lambda found: (-found.score, found.name))[:limit]


def _alike(name: str, email: str, phone: str) -> Iterable[tuple[Contact, float, str]]:
    rows = Contact.objects.kept().select_related("company")
    if email:
        # The exclusion repeats the condition of the index, without which SQLite would not use it.
        yield from ((row, 1.0, "same e-mail address") for row in rows.filter(email=email).exclude(email="")[:SAME])
    if phone:
        yield from ((row, 0.95, "same number") for row in rows.filter(phone=phone).exclude(phone="")[:SAME])
        yield from ((row, 0.95, "same number") for row in rows.filter(mobile=phone).exclude(mobile="")[:SAME])
    if name.strip():
        yield from _alike_by_name(rows, name)
    domain = email.rpartition("@")[2]
    if domain and domain not in PUBLIC_MAIL:
        at = rows.filter(kind=ContactKind.COMPANY).filter(Q(email__endswith=f"@{domain}") | Q(website__contains=domain))
        yield from ((row, 0.7, f"also at {domain}") for row in at[:20])


def _alike_by_name(rows: "QuerySet[Contact]", name: str) -> Iterable[tuple[Contact, float, str]]:
    for row in _near_by_name(rows, core_name(name).split()):
        score = likeness(name, row.name)
        if score >= ALIKE:
            yield row, score * 0.99, "same name" if score > 0.99 else "similar name"


def _near_by_name(rows: "QuerySet[Contact]", words: Sequence[str]) -> list[Contact]:
    """The few worth measuring: those that hold a half of every word, then those that hold one of the longest."""
    conditions = [_holds_half(word) for word in words if len(word) > 2]
    if not conditions:
        return list(rows.filter(folded=" ".join(words))[:CANDIDATES])
    every = Q()
    for condition in conditions:
        every &= condition
    found = list(rows.filter(every)[:CANDIDATES])
    if len(found) < CANDIDATES and len(conditions) > 1:
        known = [row.pk for row in found]
        found += rows.filter(_holds_half(max(words, key=len))).exclude(pk__in=known)[: CANDIDATES - len(found)]
    return found


def _holds_half(word: str) -> Q:
    either = Q()
    for piece in _beginnings(word):
        either |= Q(folded__contains=piece)
    return either


def _beginnings(word: str) -> list[str]:
    """Enough of a word to find it again with one slip: its first half and its second."""
    if len(word) < 4:
        return [word] if len(word) > 2 else []
    middle = (len(word) + 1) // 2
    return [word[: max(3, middle)], word[-max(3, len(word) - middle) :]]


def _dialled(phone: str) -> str:
    if not phone.strip():
        return ""
    try:
        return parse_phone(phone, our_company().country).e164
    except NotAPhone:
        return ""


def _likeness(contact: Contact, score: float, why: str) -> Likeness:
    return Likeness(
        id=contact.pk, name=contact.name, kind=contact.kind, company_name=contact.company.name if contact.company else "",
        email=contact.email, phone=contact.mobile or contact.phone, why=why, score=round(score, 3),
    )  # fmt: skip


_NOBODY = Likeness(id=UUID(int=0), name="", kind="", company_name="", email="", phone="", why="", score=0.0)


def _closed(row: Contact) -> str:
    return base64.urlsafe_b64encode(json.dumps([row.folded, str(row.pk)]).encode()).decode().rstrip("=")


def _opened(cursor: str) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    try:
        pair: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return str(pair[0]), UUID(str(pair[1]))
    except (ValueError, TypeError, IndexError, KeyError, binascii.Error):
        return None
