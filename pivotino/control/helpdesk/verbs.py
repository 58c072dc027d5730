"""What can be done with a question. Each verb is one transaction and locks the ticket; letters leave after it.

    ticket = open_ticket(Category.PRIVACY, "My data", "What do you hold?", email="ali@kedai.example", source=Source.FORM)
    answer(ticket, "Here it is.", by=request.account, version=ticket.version)

`by` is who of us did it; None is the machine. Passwords and card numbers are masked here, at the only door to the tables.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pivotino.control.helpdesk import concerns, letters
from pivotino.control.helpdesk.categories import Category, rule_of
from pivotino.control.helpdesk.masking import clean
from pivotino.control.helpdesk.models import About, Attachment, Direction, Message, Rating, Source, State, Ticket
from pivotino.control.helpdesk.senders import is_ours
from pivotino.jobs import alerts
from pivotino.kit.uploads import Taken
from pivotino.tenancy.signed_in import SignedIn

ALERT = "helpdesk"
# What stops two machines that talk to each other: so many first answers to one address a day, so many reopenings of one ticket,
# so many new tickets of one address a day.
MOST_RECEIPTS, MOST_REOPENINGS, MOST_NEW = 3, 5, 20
DAY, LONGEST = timedelta(days=1), 20_000


class NotPossible(RuntimeError):
    """This cannot be done; the message is a sentence for whoever tried."""


class Stale(NotPossible):
    """Somebody else said or did something since the page was read."""


def open_ticket(
    category: Category | str, subject: str, body: str, *, email: str, name: str = "", source: Source | str,
    account: SignedIn | None = None, instance_id: UUID | None = None, page: str = "", notice: str = "", by: SignedIn | None = None,
    proved: bool = False, files: Sequence[Taken] = (), **mail: Any,
) -> Ticket:  # fmt: skip
    """A new question: kept, told to the rooms it concerns, and acknowledged by letter unless a machine asked or many came today.

    A signed-in `account` proves the address; `proved` says that a link mailed there did. `mail` is what a mail says of itself: see Message. `files` passed kit/uploads.
    """
    now, rule = timezone.now(), rule_of(category)
    with transaction.atomic():
        told, said = clean(" ".join(subject.split())), clean(body[:LONGEST])
        ticket = Ticket.objects.begin(
            category=Category(category), subject=told.text[:200] or "(no subject)", email=email.strip(), name=clean(name).text[:160],
            source=source, account_id=account.id if account else None, proved_at=now if account or proved else None, notice=notice,
            opened_at=now, begun_at=now, answer_due_at=now + rule.answer, solve_due_at=now + rule.solution, due_at=now + rule.answer,
        )  # fmt: skip
        if instance_id:
            About.objects.create(ticket=ticket, instance_id=instance_id, page=page[:200])
        masked = sorted({*told.masked, *said.masked})
        message = Message.objects.create(
            ticket=ticket, direction=Direction.IN, body=said.text, author=ticket.name or ticket.email, masked=masked,
            account_id=account.id if account else None, **_mail(mail),
        )  # fmt: skip
        _hang(message, files)
        if not (mail.get("auto") or mail.get("doubtful") or by) and _may_acknowledge(ticket):
            letters.received(ticket, masked)
            ticket.acknowledged_at = now
            ticket.save(update_fields=["acknowledged_at"])
        concerns.tell(ticket)
    return ticket


def hear(
    ticket: Ticket, body: str, *, account: SignedIn | None = None, files: Sequence[Taken] = (), **mail: Any
) -> Ticket:
    """They say more. A solved one opens again, up to a limit; of a closed one a new ticket is made. What machines say changes nothing."""
    with transaction.atomic():
        row = _locked(ticket)
        if row.state == State.CLOSED and not mail.get("auto"):
            return _follow_up(row, body, account=account, files=files, **mail)
        said = clean(body[:LONGEST])
        message = Message.objects.create(
            ticket=row, direction=Direction.IN, body=said.text, masked=list(said.masked), author=mail.get("sender") or row.name or row.email,
            account_id=account.id if account else None, **_mail(mail),
        )  # fmt: skip
        _hang(message, files)
        if not mail.get("auto"):
            if said.masked and not mail.get("doubtful"):
                letters.put_out_of_sight(row, message)
            _their_turn_is_over(row)
        _keep(row)
    return row


def answer(
    ticket: Ticket, body: str, *, by: SignedIn | None, version: int, solve: bool = False, files: Sequence[Taken] = ()
) -> Message:
    """Say something to them, by letter and on their page. Raises Stale, and AsksForPassword where the text asks for one."""
    with transaction.atomic():
        row = _locked(ticket, version)
        if row.state == State.CLOSED:
            raise NotPossible(f"{row.number} is closed. Open a new one for them.")
        now = timezone.now()
        message = _say(row, Direction.OUT, body, by)
        _hang(message, files)
        letters.answer(row, message, solved=solve)
        row.answered_at = row.answered_at or now
        row.state, row.solved_at = (State.SOLVED, now) if solve else (State.WAITING, None)
        if row.assignee_id is None and by:
            row.assignee_id = by.id
        _keep(row)
        alerts.settle(ALERT, row.number, by=by.name if by else "")
    return message


def note(ticket: Ticket, body: str, *, by: SignedIn | None = None) -> Message:
    """Write something down among us. The requester never sees it."""
    with transaction.atomic():
        row = _locked(ticket)
        message = _say(row, Direction.NOTE, body, by)
        _keep(row)
    return message


def assign(ticket: Ticket, to: UUID | None, *, by: SignedIn | None = None) -> Ticket:
    """Give it to somebody of us, or to nobody."""
    with transaction.atomic():
        row = _locked(ticket)
        row.assignee_id = to
        _keep(row)
    return row


def categorise(ticket: Ticket, category: Category | str, *, by: SignedIn | None = None) -> Ticket:
    """Put it where it belongs. Its clocks count from the beginning by the new rule; the rooms it concerns are told."""
    with transaction.atomic():
        row = _locked(ticket)
        if row.category == category:
            return row
        row.category = Category(category)
        row.answer_due_at, row.solve_due_at = row.begun_at + row.rule.answer, row.begun_at + row.rule.solution
        row.alarms.all().delete()
        _keep(row)
        concerns.tell(row)
    return row


def merge(ticket: Ticket, into: Ticket, *, by: SignedIn | None = None) -> Ticket:
    """Make one of two tickets of the same person. Raises NotPossible for two people: one would read the other's."""
    with transaction.atomic():
        # Always in the same order, so that two merges do not wait for each other.
        first, second = sorted((ticket, into), key=lambda one: one.place)
        rows = {one.pk: _locked(one) for one in (first, second)}
        row, target = rows[ticket.pk], rows[into.pk]
        if row.pk == target.pk:
            raise NotPossible("This is one ticket already.")
        if State.CLOSED in (row.state, target.state):
            raise NotPossible("One of the two is closed.")
        if row.email.lower() != target.email.lower():
            raise NotPossible("These are two people. Each would read what the other wrote.")
        row.messages.update(ticket=target)
        about = getattr(row, "about", None)
        if about and not hasattr(target, "about"):
            about.ticket = target
            about.save(update_fields=["ticket"])
        if row.state == State.OPEN:
            target.state, target.solved_at = State.OPEN, None
        if row.answered_at is None and target.answered_at is None:
            target.answer_due_at = min(row.answer_due_at, target.answer_due_at)
        target.solve_due_at = min(row.solve_due_at, target.solve_due_at)
        target.proved_at = target.proved_at or row.proved_at
        row.state, row.closed_at, row.merged_into = State.CLOSED, timezone.now(), target
        _say(target, Direction.NOTE, f"{row.number} was merged into this one.", by)
        _say(row, Direction.NOTE, f"Merged into {target.number}.", by)
        _keep(row)
        _keep(target)
        alerts.settle(ALERT, row.number, by=by.name if by else "")
    return target


def solve(ticket: Ticket, *, by: SignedIn | None, version: int) -> Ticket:
    """We think it is done; they get a letter that asks whether it is. Nothing happens where it is solved already."""
    with transaction.atomic():
        row = _locked(ticket, version)
        if row.is_settled:
            return row
        row.state, row.solved_at = State.SOLVED, timezone.now()
        _keep(row)
        letters.solved(row)
        alerts.settle(ALERT, row.number, by=by.name if by else "")
    return row


def reopen(ticket: Ticket, *, by: SignedIn | None = None) -> Ticket:
    """It is not done after all; both clocks begin anew. Raises NotPossible for a closed one."""
    with transaction.atomic():
        row = _locked(ticket)
        if row.state == State.CLOSED:
            raise NotPossible(f"{row.number} is closed. Open a new one for them.")
        if row.state == State.SOLVED:
            _open_again(row)
            _keep(row)
    return row


def ask_proof(ticket: Ticket, *, by: SignedIn | None = None) -> Ticket:
    """Mail a link to the address; until it is pressed both clocks stand still. Nothing about a person is done or told before."""
    with transaction.atomic():
        row = _locked(ticket)
        if row.is_settled or row.proved_at:
            raise NotPossible("Their address is proven already." if row.proved_at else "This ticket is settled.")
        row.proof_asked_at = row.proof_asked_at or timezone.now()
        _say(row, Direction.NOTE, "Asked for a proof of the address. The clocks stand still until it comes.", by)
        _keep(row)
        letters.prove(row)
    return row


def prove(ticket: Ticket) -> Ticket:
    """The link in the letter was pressed: the address is theirs. The clocks go on. Repeating it changes nothing."""
    with transaction.atomic():
        row = _locked(ticket)
        if row.proved_at:
            return row
        now = timezone.now()
        row.resume(now)
        row.proved_at = now
        _say(row, Direction.NOTE, "The address was proven by the link we mailed there.", None)
        _keep(row)
        concerns.tell(row)
    return row


def rate(ticket: Ticket, good: bool, remark: str = "") -> Rating:
    """What they thought of it, once after it was solved; the first answer counts."""
    with transaction.atomic():
        row = _locked(ticket)
        if row.solved_at is None:
            raise NotPossible("We have not solved this yet.")
        rating, _ = Rating.objects.get_or_create(
            ticket=row, defaults={"good": good, "remark": clean(remark).text[:300]}
        )
    return rating


def close(ticket: Ticket) -> None:
    """Solved long enough: from now on what they write begins a new ticket."""
    Ticket.objects.filter(pk=ticket.pk, state=State.SOLVED).update(state=State.CLOSED, closed_at=timezone.now())


def _locked(ticket: Ticket, version: int | None = None) -> Ticket:
    row = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if version is not None and row.version != version:
        raise Stale("Somebody wrote here since you opened the page. Read it first; your text is still in the field.")
    return row


def _keep(row: Ticket) -> None:
    row.version += 1
    row.set_due()
    row.save()


def _say(row: Ticket, direction: Direction, body: str, by: SignedIn | None) -> Message:
    said = clean(body[:LONGEST])
    return Message.objects.create(
        ticket=row, direction=direction, body=said.text, masked=list(said.masked), author=by.name if by else settings.OPERATOR.name,
        account_id=by.id if by else None,
    )  # fmt: skip


def _hang(message: Message, files: Sequence[Taken]) -> None:
    for taken in files:
        Attachment.objects.hang(message, taken)


def _mail(told: dict[str, Any]) -> dict[str, Any]:
    names = [clean(str(name)).text[:120] for name in told.get("attachments", [])]
    return {**told, "attachments": names}


def _their_turn_is_over(row: Ticket) -> None:
    if row.state == State.WAITING:
        row.state = State.OPEN
    elif row.state == State.SOLVED and row.reopenings < MOST_REOPENINGS:
        row.reopenings += 1
        _open_again(row)
    elif row.state == State.SOLVED:
        says = f"{row.number} was opened again {row.reopenings} times. What comes now is kept there, and opens it no more: look whether two machines talk."
        alerts.rise(ALERT, f"{row.number} circles", says)


def _open_again(row: Ticket) -> None:
    row.state, row.solved_at = State.OPEN, None
    row.start_clocks(timezone.now())
    row.alarms.all().delete()


def _follow_up(row: Ticket, body: str, *, account: SignedIn | None, **mail: Any) -> Ticket:
    about = getattr(row, "about", None)
    fresh = open_ticket(
        row.category, row.subject, body, email=row.email, name=row.name, source=row.source, account=account,
        instance_id=about.instance_id if about else None, **mail,
    )  # fmt: skip
    _say(fresh, Direction.NOTE, f"Follows {row.number}, which is closed.", None)
    return fresh


def _may_acknowledge(ticket: Ticket) -> bool:
    """Not to ourselves, and not over and over: two helpdesks would thank each other for ever."""
    if is_ours(ticket.email):
        return False
    today = Ticket.objects.filter(email__iexact=ticket.email, acknowledged_at__gt=timezone.now() - DAY)
    return today.count() < MOST_RECEIPTS


def too_many(email: str) -> Ticket | None:
    """The newest ticket of an address that opened too many today: what comes by mail goes on there."""
    today = Ticket.objects.filter(email__iexact=email, opened_at__gt=timezone.now() - DAY).order_by("-place")
    return today.first() if today.count() >= MOST_NEW else None
