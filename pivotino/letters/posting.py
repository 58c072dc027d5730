"""Sending: into the ledger and an envelope with the caller's transaction, to the mail server by a job after it.

What is certain: one letter a key. While a letter is with the mail server its state is `handing over`. A worker that dies in
that moment leaves it so, and nobody can know whether the server took it. Then `Kind.goes_again_when_unsure` decides.
A backend that keeps letters in our own database is spared the question: letter and mark are one transaction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.jobs import job, schedule
from pivotino.kit.retention import period, sweep, sweeps
from pivotino.letters.handing import connection, hand, message_of, reference_of
from pivotino.letters.kinds import Kind
from pivotino.letters.letter import Letter, Written
from pivotino.letters.refusals import CannotBeSealed, InTransaction, Undeliverable
from pivotino.tenancy import current_or_none
from pivotino.tenancy.neutralising import may_leave

if TYPE_CHECKING:
    from pivotino.letters.models import Kept, Sent

# Letters to many go last, and so many in one job: a letter somebody waits for is never behind more of them.
LAST, AT_ONCE = -40, 25
FIRST_WAIT = timedelta(minutes=1)


def send(letter: Letter, *, key: str) -> None:
    """Send a letter once for this key: a row in the ledger now, the letter itself by a job after the commit.

    In a transaction of an instance all of it waits for that commit; what must not be lost even if the process dies in that
    moment is sent from an `instance_job(whole=False)`. Raises AsksForPassword, Promotes, and UndefinedError for
    a word the templates miss: then nothing was recorded. Inside a copy to try nothing is recorded or sent.
    """
    place = current_or_none()
    if not may_leave("A letter", place):
        return
    post = partial(_post, letter, letter.write(), key, place.id if place else None)
    if place:
        transaction.on_commit(post, using="instance")
    else:
        post()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Letters that are written and go together, by key."""

    letters: dict[str, tuple[Letter, Written]]
    instance_id: UUID | None


def bundle(letters: Iterable[tuple[Letter, str]]) -> Bundle:
    """Write many letters, each with its key; nothing is recorded yet. Raises what `send` raises."""
    place = current_or_none()
    written = {key: (letter, letter.write()) for letter, key in letters} if may_leave("A letter", place) else {}
    return Bundle(written, place.id if place else None)


def post(letters: Bundle, keys: Collection[str]) -> int:
    """Send those of a bundle with these keys: into the ledger and the line in one transaction; returns how many were new.

    They go after every letter that somebody waits for.
    """
    from pivotino.jobs.line import Order, join
    from pivotino.letters.models import Envelope, Sent

    wanted = [key for key in letters.letters if key in keys]
    with transaction.atomic():
        known = set(Sent.objects.filter(key__in=wanted).values_list("key", flat=True))
        rows, envelopes = [], []
        for key in wanted:
            if key not in known:
                letter, written = letters.letters[key]
                rows.append(Sent(key=key, **_facts(letter, written, letters.instance_id)))
                envelopes.append(Envelope(
                    sent=rows[-1], text=written.text, html=written.html, sender=written.sender, reply_to=written.reply_to,
                    headers=written.headers,
                ))  # fmt: skip
        Sent.objects.bulk_create(rows, batch_size=500)
        Envelope.objects.bulk_create(envelopes, batch_size=500)
        for start in range(0, len(rows), AT_ONCE):
            ids = [str(sent.pk) for sent in rows[start : start + AT_ONCE]]
            join(Order(path=hand_over_some.module_path, args=[ids], queue=hand_over_some.queue_name, priority=LAST,
                       most=hand_over_some.attempts))  # fmt: skip
    return len(rows)


def outcomes(keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What became of the letters with these keys: its state, and our sentence for it."""
    from pivotino.letters.models import Sent

    found = Sent.objects.filter(key__in=list(keys))
    return {key: (state, trouble) for key, state, trouble in found.order_by().values_list("key", "state", "trouble")}


def send_sealed(letter: Letter, *, key: str) -> "Sent":
    """Hand a letter over here and now, for contents that nobody may keep: they are in no envelope, job or log.

    Once sent, the same key sends nothing. After a failure, or when an earlier try never said how it ended, it sends again,
    so make the secret anew before each call. Returns the row of the ledger; raises Undeliverable where the server
    refuses (the ledger notes it) or what we know of the address is put away, InTransaction inside one, for it cannot be
    taken back.
    """
    from pivotino.letters.models import Sent, State
    from pivotino.letters.suppression import is_put_away

    if letter.kind is Kind.MARKETING:
        raise CannotBeSealed("A letter of marketing is not sealed.")
    if transaction.get_connection().in_atomic_block:
        raise InTransaction("A sealed letter is sent at once. Call this after the transaction.")
    written = letter.write()
    place = current_or_none()
    if not may_leave("A letter", place):
        raise Undeliverable("Nothing leaves a copy to try.", permanent=True)
    if is_put_away(letter.to):
        raise Undeliverable("What we know of this address is put away.", permanent=True)
    facts = _facts(letter, written, place.id if place else None)
    sent, _ = Sent.objects.get_or_create(key=key, defaults=facts)
    if sent.state == State.SENT:
        return sent
    Sent.objects.filter(pk=sent.pk).update(**facts)
    sent.refresh_from_db()
    # Another secret each time, so another letter each time.
    _hand_over(sent, written, key if sent.tries == 0 else f"{key}#{sent.tries}")
    return sent


@job(queue="letters", attempts=9, priority=60)
def hand_over(sent_id: str) -> None:
    """Take one waiting letter to the mail server, unless it is settled, or somebody said since that it shall not go."""
    from pivotino.letters.models import Envelope, State
    from pivotino.letters.suppression import why_held

    envelope = Envelope.objects.select_related("sent").filter(sent_id=sent_id).first()
    if envelope is None or State(envelope.sent.state).is_settled:
        return
    sent = envelope.sent
    if sent.state == State.HANDING_OVER and not Kind(sent.kind).goes_again_when_unsure:
        _settle(sent, State.UNSURE, trouble="A worker died while handing it over; it was not sent again.")
        return
    if held := why_held(Kind(sent.kind), sent.to, sent.topic):
        _settle(sent, State.HELD, trouble=held)
        return
    written = Written(
        to=sent.to, subject=sent.subject, text=envelope.text, html=envelope.html, why=sent.why, sender=envelope.sender,
        reply_to=envelope.reply_to, headers=envelope.headers,
    )  # fmt: skip
    _hand_over(sent, written, sent.key)


@job(queue="letters", attempts=9, priority=LAST)
def hand_over_some(sent_ids: list[str]) -> None:
    """Take some waiting letters to the mail server. One that is asked to come back later gets a job of its own."""
    from pivotino.letters.models import Sent, State

    waiting = set(
        Sent.objects.filter(pk__in=sent_ids, state__in=[State.WAITING, State.HANDING_OVER]).values_list("pk", flat=True)
    )
    for sent_id in sent_ids:
        if UUID(sent_id) not in waiting:
            continue
        try:
            hand_over(sent_id)
        except Undeliverable as error:
            if not error.permanent:
                _put_in_line(Sent(pk=UUID(sent_id)), priority=LAST, after=FIRST_WAIT)


@schedule("40 2 * * *", priority=-20)
def tidy() -> None:
    """Give up letters that waited for a week, and forget after a year whom we wrote to, whom a colleague invited after thirty days; development's letters after a month."""
    sweep("waiting letters", "kept letters", "invitations", "letter ledger")


def _give_up(stale: "QuerySet[Sent]") -> None:
    from pivotino.letters.models import Envelope, State

    Envelope.objects.filter(sent__in=stale).delete()
    stale.update(state=State.GIVEN_UP)


def _empty(old: "QuerySet[Sent]") -> None:
    old.update(to="", subject="", why="")


@sweeps("waiting letters", forget=_give_up)
def waiting_over(at: datetime) -> "QuerySet[Sent]":
    from pivotino.letters.models import Sent, State

    waiting = [State.WAITING, State.HANDING_OVER]
    return Sent.objects.filter(state__in=waiting, at__lt=at - period("waiting letters"))


@sweeps("kept letters")
def kept_over(at: datetime) -> "QuerySet[Kept]":
    from pivotino.letters.models import Kept

    return Kept.objects.filter(at__lt=at - period("kept letters"))


@sweeps("invitations", forget=_empty)
def invitations_over(at: datetime) -> "QuerySet[Sent]":
    from pivotino.letters.models import Sent

    return Sent.objects.filter(kind=Kind.INVITATION.value, at__lt=at - period("invitations")).exclude(to="")


@sweeps("letter ledger", forget=_empty)
def ledger_over(at: datetime) -> "QuerySet[Sent]":
    from pivotino.letters.models import Sent

    return Sent.objects.filter(at__lt=at - period("letter ledger")).exclude(to="")


def _post(letter: Letter, written: Written, key: str, instance_id: UUID | None) -> None:
    from pivotino.letters.models import Envelope, Sent

    try:
        with transaction.atomic():
            sent = Sent.objects.create(key=key, **_facts(letter, written, instance_id))
            Envelope.objects.create(
                sent=sent, text=written.text, html=written.html, sender=written.sender, reply_to=written.reply_to,
                headers=written.headers,
            )  # fmt: skip
            _put_in_line(sent)
    except IntegrityError:
        # This key was sent before, or is being sent.
        if not Sent.objects.filter(key=key).exists():
            raise


def _put_in_line(sent: "Sent", *, priority: int | None = None, after: timedelta | None = None) -> None:
    from pivotino.jobs.line import Order, join

    join(Order(path=hand_over.module_path, args=[str(sent.pk)], queue=hand_over.queue_name,
               priority=hand_over.priority if priority is None else priority, most=hand_over.attempts,
               due_at=timezone.now() + after if after else None))  # fmt: skip


def _hand_over(sent: "Sent", written: Written, key: str) -> None:
    from pivotino.letters.models import State

    way = connection()
    message = message_of(written, key=key, kind=sent.kind, way=way)
    sent.tries, sent.reference = sent.tries + 1, reference_of(key)
    try:
        if getattr(way, "keeps_here", False):
            with transaction.atomic():
                hand(message)
                _settle(sent, State.SENT)
            return
        sent.state = State.HANDING_OVER
        sent.save(update_fields=["state", "tries", "reference"])
        hand(message)
    except Undeliverable as error:
        _settle(sent, State.UNDELIVERABLE if error.permanent else State.WAITING, trouble=str(error))
        raise
    _settle(sent, State.SENT)


def _settle(sent: "Sent", state: Any, *, trouble: str = "") -> None:
    """Note how it went; an envelope nobody needs any more is gone with it."""
    from pivotino.letters.models import Envelope, State

    with transaction.atomic():
        sent.state, sent.trouble, sent.sent_at = state, trouble, timezone.now() if state == State.SENT else None
        sent.save(update_fields=["state", "trouble", "sent_at", "tries", "reference"])
        if State(state).is_settled:
            Envelope.objects.filter(sent=sent).delete()


def _facts(letter: Letter, written: Written, instance_id: UUID | None) -> dict[str, Any]:
    kind = type(letter)
    return {"kind": letter.kind.value, "topic": letter.topic, "letter": f"{kind.__module__}.{kind.__qualname__}"[:200], "to": written.to,
            "subject": written.subject, "why": written.why[:400], "instance_id": instance_id}  # fmt: skip
