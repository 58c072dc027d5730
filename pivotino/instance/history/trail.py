"""The trail of an instance: what an auditor asks for. Written in the caller's transaction: no line, no deed.

    write("export.made", by=member.name, by_id=member.pk, purpose="asked for by the owner", facts={"files": 3})
    write("staff.saw", by="Sofia", staff=True, on_behalf="Anna", where="/settings/company/", ticket="T-1042", purpose="…")
    follows("member.", "import.applied")      # a room: events of these verbs leave a line here by themselves
    forget_subject(contact.pk)                # what was said about this person cannot be read any more; the chain stands

A card that moves is history, not trail: writers queue at the end of this chain, and the board may not.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver
from django.utils import timezone

from pivotino.instance.history.models import Event, Trail, TrailHead, TrailKey
from pivotino.instance.history.recording import event_recorded
from pivotino.instance.members.models import Member
from pivotino.kit import chains
from pivotino.kit.chains import Broken, End, Link
from pivotino.kit.ids import uuid7
from pivotino.tenancy import atomic, current, erasing, inside, trails
from pivotino.tenancy.models import InstanceModel

FORGOTTEN = {"forgotten": True}
KEY = "history.TrailKey"
_followed: set[str] = set()


def write(
    what: str, *, by: str, by_id: UUID | None = None, staff: bool = False, on_behalf: str = "", where: str = "", ticket: str = "",
    purpose: str = "", subject_id: UUID | None = None, facts: Mapping[str, Any] | None = None, at: datetime | None = None,
) -> Trail:  # fmt: skip
    """Write one line, sealed to the one before.

    `where` is a path without its query. `facts` of a `subject_id` are closed under that person's key; without one they are
    ids and numbers, never content. In an instance that may only be read it writes all the same, unless it is fenced.
    """
    with inside(current().writable), atomic():
        head = _end_locked()
        told = chains.plain(facts or {})
        row = Trail(
            id=uuid7(), book=head.pk, number=head.number + 1, at=at or timezone.now(), what=what[:60], by=by[:160], by_id=by_id,
            staff=staff, on_behalf=on_behalf[:160], where=where.split("?")[0][:200], ticket=ticket[:40], purpose=purpose[:300],
            subject_id=subject_id, facts={} if subject_id else told, closed=_closed(told, subject_id),
        )  # fmt: skip
        row.seal = chains.seal(head.seal, row.told)
        row.save(force_insert=True)
        _end_at(head, End(row.number, row.seal))
        return row


class ForControl:
    """The trail as our own plane knows it: see `tenancy.trails`. Somebody who works here is named by their account."""

    def write(
        self, what: str, *, account_id: UUID | None = None, key: str = "", by: str = "", **said: Any
    ) -> Trail | None:
        """Write one line; with a `key` only where no line of today or yesterday carries it."""
        facts = {**(said.pop("facts", None) or {}), **({"key": key} if key else {})}
        since = timezone.now() - timedelta(days=2)
        if key and Trail.objects.filter(what=what, at__gt=since, facts__key=key).exists():
            return None
        if account_id:
            member = Member.objects.filter(account_uuid=account_id).first()
            by = by or (member.name if member else "Somebody who works here no more")
            said["by_id"] = member.pk if member else None
        return write(what, by=by, facts=facts, **said)

    def end(self) -> End:
        return end()

    def verify(self, known: Iterable[End] = ()) -> End:
        return verify(known)

    def mark_anew(self, known: Iterable[End] = ()) -> End:
        return mark_anew(known)

    def forget_subject(self, subject_id: UUID) -> int:
        return forget_subject(subject_id)


def follows(*verbs: str) -> None:
    """Events of these verbs leave a line in the trail. One that ends in a dot stands for all that begin with it."""
    _followed.update(verbs)


def read(rows: Iterable[Trail]) -> list[tuple[Trail, dict[str, Any]]]:
    """Lines with their facts, opened as far as there are keys."""
    rows = list(rows)
    about = {row.subject_id for row in rows if row.closed and row.subject_id}
    keys: dict[UUID, str] = dict(TrailKey.objects.filter(subject_id__in=about).values_list("subject_id", "key"))
    return [(row, _facts(row, keys)) for row in rows]


def forget_subject(subject_id: UUID) -> int:
    """Destroy the key of this person, remember outside that it is destroyed, and say how many lines nobody can read now."""
    with atomic():
        key, _ = TrailKey.objects.get_or_create(subject_id=subject_id)
        erasing.remember([erasing.Piece(KEY, key.pk)])
        forget_keys([key.pk])
        return Trail.objects.filter(subject_id=subject_id).exclude(closed="").count()


def forget_subjects(ids: Iterable[UUID]) -> None:
    """The same for records that may be many and of which the trail need not speak: what it says of them nobody can read now."""
    with atomic():
        keys = list(
            TrailKey.objects.filter(subject_id__in=list(ids), forgotten_at__isnull=True).values_list("pk", flat=True)
        )
        if keys:
            erasing.remember(erasing.Piece(KEY, key) for key in keys)
            forget_keys(keys)


@erasing.erases(KEY)
def forget_keys(ids: list[UUID]) -> int:
    """What the ledger plays again after an older state came back: the keys are there again, and go again."""
    keys = TrailKey.objects.filter(pk__in=ids, forgotten_at__isnull=True)
    return keys.update(key="", forgotten_at=timezone.now())


# --- is it as it was written? ---


def end() -> End:
    """Where the trail of this instance ends, as it says itself."""
    head = TrailHead.objects.filter(pk=current().id).first()
    return End(head.number, head.seal) if head else End()


def verify(known: Iterable[End] = ()) -> End:
    """Read the trail of this instance again and say where it ends.

    Raises Broken at the first row that was changed, that is missing, or that was cut off at the end: as far as the mark at
    the end shows it, and `known`, earlier ends that were kept elsewhere. What came along from another instance is read too.
    """
    book = current().id
    remembered = {one.number: one for one in known}
    found = chains.follow(_checked(_links(book), remembered), what="line")
    with inside(current().writable), atomic():  # what is written meanwhile waits for a moment
        head = _end_locked()
        found = chains.follow(_checked(_links(book, found.number), remembered), begin=found, what="line")
    said = End(head.number, head.seal)
    for one in [*remembered.values(), said]:
        if one.number >= found.number:
            chains.expect(found, one, what="line")
    if found != said or (found.number and not chains.is_marked(_secrets(), book, said, head.mark)):
        raise Broken(
            f"Line {said.number} is not the one this trail ended with: lines after it were cut off or put there.",
            said.number + 1,
        )
    for other, carried in _carried().items():
        chains.expect(chains.follow(_links(other), what="carried line"), carried, what="carried line")
    return found


def carry(*, by: Member, arrival: UUID) -> None:
    """Lines came along from another instance: they stay in their own book, and a line of ours says where each book ends."""
    others = Trail.objects.exclude(book=current().id).order_by("book").values_list("book", flat=True).distinct()
    ends = {str(book): [*_last(book), _is_whole(book)] for book in others}
    if ends:
        facts = {"books": ends, "arrival": arrival}
        write("trail.carried", by=by.name, by_id=by.pk, purpose="an export was brought in", facts=facts)


def whole() -> dict[type[InstanceModel], list[dict[str, Any]]]:
    """Every line, key and end of this state, for an older one that takes its place."""
    models: tuple[type[InstanceModel], ...] = (Trail, TrailKey, TrailHead)
    return {model: [dict(row) for row in model._default_manager.values()] for model in models}


def complete(remembered: Mapping[type[InstanceModel], Iterable[dict[str, Any]]]) -> None:
    """Add what this older state lacks of the trail as it was; where both know a row, the later word counts. May be repeated."""
    last = end()
    later = [row for row in remembered[TrailHead] if row["id"] == current().id and row["number"] > last.number]
    if not later:
        return
    for model, rows in remembered.items():
        known = set(model._default_manager.values_list("pk", flat=True))
        made = [model(**row) for row in rows if model is not Trail or row["id"] not in known]
        if model is not Trail:
            model._default_manager.filter(pk__in=[row.pk for row in made]).delete()
        model._default_manager.bulk_create(made, batch_size=500)
    write("trail.returned", by="A rule", purpose="an older state was put back", facts={"line": last.number})


def mark_anew(known: Iterable[End] = ()) -> End:
    """Mark the end with the present secret, after the secret was changed: where everything else is as it was written."""
    with inside(current().writable), atomic():
        head = _end_locked()
        found = chains.follow(_checked(_links(head.pk), {one.number: one for one in known}), what="line")
        for one in [*known, End(head.number, head.seal)]:
            if one.number >= found.number:
                chains.expect(found, one, what="line")
        if found.number:
            _end_at(head, found)
        return found


# --- what only this file does ---


@receiver(event_recorded)
def _heard(sender: Any, event: Event, subject: Any, by: Member | None, **kwargs: Any) -> None:
    noun = event.verb.split(".")[0] + "."
    if event.verb in _followed or noun in _followed:
        facts = {"event": event.pk, "kind": event.subject_kind, **event.data}
        write(event.verb, by=by.name if by else "A rule", by_id=by.pk if by else None, at=event.at, subject_id=event.subject_id, facts=facts)  # fmt: skip


def _end_locked() -> TrailHead:
    """The row at which writers queue: whoever has it writes the next line."""
    head, _ = TrailHead.objects.select_for_update().get_or_create(pk=current().id)
    return head


def _end_at(head: TrailHead, end: End) -> None:
    head.number, head.seal = end
    head.mark = chains.mark(_secrets()[0], head.pk, end)
    head.save(update_fields=["number", "seal", "mark"])


def _closed(facts: dict[str, Any], subject_id: UUID | None) -> str:
    if not subject_id or not facts:
        return ""
    key, _ = TrailKey.objects.get_or_create(subject_id=subject_id, defaults={"key": chains.new_key()})
    return chains.close(facts, key.key, subject_id) if key.key else ""


def _facts(row: Trail, keys: Mapping[UUID, str]) -> dict[str, Any]:
    if not row.closed or row.subject_id is None:
        return dict(row.facts)
    opened = chains.open_up(row.closed, keys.get(row.subject_id, ""), row.subject_id)
    return FORGOTTEN if opened is None else opened


def _links(book: UUID, last: int = 0) -> Iterator[Link]:
    while rows := list(Trail.objects.filter(book=book, number__gt=last).order_by("number")[:500]):
        yield from (Link(row.number, row.told, row.seal) for row in rows)
        last = rows[-1].number


def _checked(links: Iterator[Link], remembered: Mapping[int, End]) -> Iterator[Link]:
    """Each link, after its seal was held against the one that was kept elsewhere."""
    for link in links:
        known = remembered.get(link.number)
        if known and known.seal != link.seal:
            raise Broken(
                f"Line {link.number} is not the one that was anchored: it was written anew, or one before it.",
                link.number,
            )
        yield link


def _carried() -> dict[UUID, End]:
    """Where each book ends that came along, as our own lines say."""
    found: dict[UUID, End] = {}
    for row in Trail.objects.filter(book=current().id, what="trail.carried"):
        # One that was broken when it came is not broken here; the line that brought it says so.
        found |= {UUID(book): End(*end) for book, (*end, was_whole) in row.facts.get("books", {}).items() if was_whole}
    return found


def _last(book: UUID) -> End:
    row = Trail.objects.filter(book=book).order_by("-number").first()
    return End(row.number, row.seal) if row else End()


def _is_whole(book: UUID) -> bool:
    try:
        return chains.follow(_links(book)) == _last(book)
    except Broken:
        return False


def _secrets() -> list[str]:
    return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


trails.kept_by(ForControl())
