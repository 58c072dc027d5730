"""The door of an instance: what people send is looked at before any page hears of it.

What is refused or masked is taken out of the request itself, so that no form, log, error or event can repeat it; the form
then refuses what was taken out. What is asked about waits for one press of "Keep it". A Business Owner decides which.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from django.db import IntegrityError
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, record, undoes
from pivotino.instance.history.sentences import Changed, Sentence, reads
from pivotino.instance.lifecycle.models import Harmless, SensitiveRule, Sighting
from pivotino.instance.members.models import Member
from pivotino.instance.members.queries import company, today
from pivotino.kit import sensitive
from pivotino.kit.sensitive import Finding, Pack, Settled, Stance
from pivotino.tenancy import atomic, current, current_or_none, memory
from pivotino.tenancy.middleware import NEVER_SHOWN, SAFE
from pivotino.ui.shortcuts import render

# Calm, and what the policy says all the same: cards, keys and numbers of children never come in; what tells who somebody is, or
# how well, comes in after one press more. Numbers of bank accounts do so unasked: they stand in offers and orders every day, say
# nothing by themselves, and no law calls them sensitive. An owner may be stricter.
FIRST: Mapping[Pack, Stance] = {
    Pack.CARDS: Stance.REFUSE, Pack.SECRETS: Stance.REFUSE, Pack.CHILDREN: Stance.REFUSE, Pack.IDENTITY: Stance.WARN,
    Pack.BANK: Stance.OFF, Pack.HEALTH: Stance.WARN,
}  # fmt: skip
NAMES: Mapping[Pack, str] = {
    Pack.CARDS: "Card numbers", Pack.SECRETS: "Passwords and keys", Pack.CHILDREN: "Numbers of children under 13",
    Pack.IDENTITY: "Numbers of identity cards", Pack.BANK: "Bank accounts", Pack.HEALTH: "Words about health",
}  # fmt: skip
WORDS = {Stance.OFF: "Let it in", Stance.WARN: "Ask", Stance.MASK: "Put out of sight", Stance.REFUSE: "Refuse"}
KEEP = "keep-anyway"
YOUNG = "Its date is of somebody under 18: a parent or guardian has to agree."
Outcome = Sighting.Outcome


def stances() -> dict[Pack, Stance]:
    """What the current instance decided; outside of one only cards and secrets are kept out."""
    if current_or_none() is None:
        return dict.fromkeys(sensitive.ALWAYS, Stance.REFUSE)
    return memory.remembered("sensitive", _decided)


def _decided() -> dict[Pack, Stance]:
    rows = SensitiveRule.objects.exclude(pack=Pack.CARDS).values_list("pack", "stance")
    return {**FIRST, **{Pack(pack): Stance(stance) for pack, stance in rows}}


def decide(chosen: Mapping[Pack, Stance], *, by: Member) -> Event | None:
    """Be as strict as chosen from now on; None when nothing differs. Cards stay refused."""
    with atomic():
        before = _decided()
        found = {pack: [before[pack], stance] for pack, stance in chosen.items() if before[pack] != stance}
        found.pop(Pack.CARDS, None)
        if not found:
            return None
        for pack, (_, stance) in found.items():
            SensitiveRule.objects.update_or_create(pack=pack, defaults={"stance": stance})
        memory.forget("sensitive")
        return record("sensitive.changed", company(), by=by, changes=found)


def mark_of(pack: Pack, said: str) -> str:
    """By which the same thing is known again, and which tells nobody what it is."""
    plain = "".join(letter for letter in said if letter.isalnum()).casefold()
    return salted_hmac(f"pivotino.sensitive.{current().key}", f"{pack}:{plain}", algorithm="sha256").hexdigest()


# --- one request


@dataclass(slots=True)
class Seen:
    """One thing that was found, where, and what is to become of it."""

    door: str
    field: str
    pack: Pack
    shown: str
    mark: str
    outcome: Outcome
    young: bool = False


@dataclass
class Look:
    """What was found in a request: what is settled already, and what somebody has to be asked."""

    door: str
    kept: frozenset[str]
    settled: Settled = field(default_factory=Settled)
    seen: list[Seen] = field(default_factory=list)

    @property
    def asked(self) -> list[Seen]:
        return [one for one in self.seen if one.outcome is Outcome.ASKED]

    def at(self, name: str, text: str) -> str:
        """The text of one field as it may go on."""
        strict = stances()
        found = sensitive.find(text, [pack for pack, stance in strict.items() if stance is not Stance.OFF])
        return sensitive.masked(text, [one for one in found if self._goes(one, text, name, strict[one.pack])])

    def _goes(self, one: Finding, text: str, name: str, stance: Stance) -> bool:
        """Whether it is taken out of the text."""
        said = text[one.start : one.end]
        mark = mark_of(one.pack, said)
        if (self.door, name, mark) in _harmless():
            self.settled.harmless.add(said)
            return False
        outcome = {Stance.REFUSE: Outcome.REFUSED, Stance.MASK: Outcome.MASKED}.get(stance)
        if outcome is None:
            outcome = Outcome.KEPT if mark in self.kept else Outcome.ASKED
        if outcome is Outcome.REFUSED:
            self.settled.refused[one.shown] = one.pack
        self.seen.append(Seen(self.door, name, one.pack, one.shown, mark, outcome, one.young))
        return outcome in (Outcome.REFUSED, Outcome.MASKED)


class GuardMiddleware:
    """Stands after the one that finds the member, so that only who may be here at all is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = sensitive.settled.set(None)
        try:
            return self.get_response(request)
        finally:
            sensitive.settled.reset(token)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.instance is None or request.method in SAFE or getattr(view, "changes_nothing", False):
            return None
        look = _look(request)
        if look is None:
            return None
        sensitive.settled.set(look.settled)
        note(look.seen, by=request.member)
        return _ask(request, look.asked) if look.asked else None


def _look(request: Any) -> Look | None:
    try:
        post, files = request.POST, request.FILES
    except OSError as error:
        # A disk that fills up while the request arrives: the page itself meets this again, and says so.
        request._load_post_and_files = partial(_again, error)
        return None
    kept = {*",".join(post.getlist(KEEP)).split(","), *request.headers.get("Pv-Keep", "").split(",")}
    look = Look(door_of(request), frozenset(kept - {""}))
    changed = {}
    for name, said in post.lists():
        if name == KEEP or NEVER_SHOWN.search(name):
            continue
        let = [look.at(name[:60], text) for text in said]
        if let != said:
            changed[name] = let
    for name, many in files.lists():
        for file in many:
            file.name = look.at(name[:60], file.name or "")
    if changed or KEEP in post:
        request._post = post.copy()
        request._post.pop(KEEP, None)
        for name, let in changed.items():
            request._post.setlist(name, let)
    return look


def door_of(request: Any) -> str:
    """The room and the page, as the code names them."""
    return (request.resolver_match.view_name if request.resolver_match else "")[:40]


def _again(error: OSError) -> None:
    raise error


def _ask(request: Any, asked: list[Seen]) -> HttpResponse:
    """One question. Without a script a page with all that was typed and a button; else the button comes to the page."""
    marks = ",".join(sorted({one.mark for one in asked}))
    says = list(dict.fromkeys(_said(one) for one in asked))
    if request.headers.get("HX-Request") == "true":
        headers = {
            "HX-Reswap": "none",
            "Pv-Keep": marks,
            "Pv-Said": quote(" ".join(says)),
            "Pv-Field": quote(asked[0].field),
        }
        return HttpResponse("", status=422, headers=headers, content_type="text/plain; charset=utf-8")
    about = {one.field for one in asked}
    typed = [(name, text, name[:60] in about) for name, said in request.POST.lists() for text in said]
    context = {"says": says, "typed": typed, "marks": marks, "files": bool(request.FILES)}
    return render(request, "lifecycle/keep.html", context, status=422)


def _said(one: Seen) -> str:
    says = sensitive.sentence(one.pack, one.shown)
    return f"{says} {YOUNG}" if one.young and one.pack is Pack.IDENTITY else says


# --- what is remembered of it


def note(seen: Iterable[Seen], *, by: Member | None) -> None:
    """Count it by door, and let owners know of what was taken out behind somebody's back and of children."""
    for one in seen:
        _count(one)
        if one.pack is Pack.CHILDREN or one.outcome is Outcome.MASKED:
            verb = "sensitive.child" if one.pack is Pack.CHILDREN else "sensitive.masked"
            with atomic():
                record(verb, company(), by=by, door=one.door, field=one.field, outcome=one.outcome, pack=one.pack)


def _count(one: Seen) -> None:
    key = {"day": today(), "door": one.door, "field": one.field, "outcome": one.outcome, "mark": one.mark}
    if Sighting.objects.filter(**key).update(count=F("count") + 1):
        return
    try:
        with atomic():
            Sighting.objects.create(**key, pack=one.pack, shown=one.shown)
    except IntegrityError:  # two requests at the same moment
        Sighting.objects.filter(**key).update(count=F("count") + 1)


def _harmless() -> frozenset[tuple[str, str, str]]:
    return memory.remembered("harmless", _known_harmless)


def _known_harmless() -> frozenset[tuple[str, str, str]]:
    return frozenset(Harmless.objects.values_list("door", "field", "mark"))


def harmless_marks() -> frozenset[str]:
    """What is harmless somewhere, for looking through what is kept already."""
    return frozenset(mark for _, _, mark in _harmless())


def teach(sighting: Sighting, *, by: Member) -> Harmless:
    """This is not what it looked like: let it in, in this field. Twice is once."""
    of = {"door": sighting.door, "field": sighting.field, "mark": sighting.mark}
    with atomic():
        known = {"pack": sighting.pack, "shown": sighting.shown, "by": by}
        made, is_new = Harmless.objects.get_or_create(**of, defaults=known)
        if is_new:
            record("sensitive.taught", company(), by=by, door=made.door, field=made.field, pack=made.pack)
    memory.forget("harmless")
    return made


def unteach(row: Harmless, *, by: Member) -> None:
    """Look at it again."""
    with atomic():
        record("sensitive.untaught", company(), by=by, door=row.door, field=row.field, pack=row.pack)
        row.delete()
    memory.forget("harmless")


# --- taking back, and how it reads


@undoes("sensitive.changed")
def put_back(event: Event, by: Member) -> Event:
    if not by.is_owner:
        raise CannotUndo("Only a Business Owner can take this back.")
    now = _decided()
    was = {Pack(pack): Stance(old) for pack, (old, _) in event.data["changes"].items()}
    if any(now[Pack(pack)] != new for pack, (_, new) in event.data["changes"].items()):
        raise CannotUndo("This was changed again since.")
    made = decide(was, by=by)
    if made is None:
        raise CannotUndo("There is nothing left to take back.")
    return made


@reads("sensitive.changed")
def changed(event: Event) -> Sentence:
    found = [
        Changed(NAMES[Pack(pack)], WORDS[Stance(old)], WORDS[Stance(new)])
        for pack, (old, new) in event.data["changes"].items()
    ]
    return Sentence("lock", "changed what is kept out of the records", changes=found)


@reads("sensitive.masked", "sensitive.taught", "sensitive.untaught", "sensitive.child")
def seen_at(event: Event) -> Sentence:
    what, where = NAMES[Pack(event.data["pack"])].lower(), place(event.data["door"], event.data["field"])
    match event.verb:
        case "sensitive.child":
            return Sentence("alert", f"typed what looks like the identity number of a child under 13 ({where})")
        case "sensitive.masked":
            return Sentence("lock", f"typed something that was put out of sight: {what} ({where})")
        case "sensitive.taught":
            return Sentence("check", f"said that one find is harmless: {what} ({where})")
    return Sentence("undo", f"had a find looked at again: {what} ({where})")


@reads("sensitive.tidied")
def tidied(event: Event) -> Sentence:
    return Sentence("lock", f"put {event.data['count']:,} texts out of sight that were kept before")


ROOMS = {
    "pipeline": "Cards", "contacts": "Contacts", "activities": "Activities", "mailing": "Mailing", "lifecycle": "Settings",
    "exchange": "Import", "files": "Files", "members": "Colleagues", "subjects": "People’s wishes",
}  # fmt: skip


def place(door: str, field: str) -> str:
    """A door in words: "Cards, body"."""
    room = ROOMS.get(door.partition(":")[0], door.partition(":")[0].capitalize())
    return f"{room}, {field.replace('_', ' ').replace('-', ' ')}"


sensitive.decided_by(stances)
