"""Who works here: inviting, joining, roles, leaving. Each step is told to history, without the address."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from pivotino.instance.history import trail
from pivotino.instance.history.models import Event
from pivotino.instance.history.recording import CannotUndo, record, undoes
from pivotino.instance.history.sentences import Bold, Sentence, reads
from pivotino.instance.members import forgetting
from pivotino.instance.members.inviting import Guest
from pivotino.instance.members.letters import post_invitation
from pivotino.instance.members.models import Invitation, Member, NotPossible, Role
from pivotino.jobs.alerts import rise
from pivotino.kit.limits import Limit
from pivotino.letters.marks import marks_of
from pivotino.tenancy import atomic, current, limits, naming, seats
from pivotino.tenancy.signed_in import SignedIn

# Letters to people who did not ask for one: no instance needs more of them a day.
LETTERS = Limit("invitations", 100, per=86400)


@dataclass(frozen=True, slots=True)
class Invited:
    """A guest and the role they are to have."""

    guest: Guest
    role: str


class NoRoom(NotPossible):
    """The plan is for fewer people. Nobody is put out; only nobody more can be invited."""


def room_for_more(going: int) -> limits.People | None:
    """The limit that `going` more people would break, or None where they fit."""
    limit = limits.people()
    room = limit.room_for(Member.objects.working().filter(_counts()).distinct().count()) if limit.most else None
    return limit if room is not None and going > room else None


def _counts() -> Q:
    """Who counts as a person of the plan: everybody who joined, and everybody whose invitation is open."""
    return Q(joined_at__isnull=False) | Q(pk__in=Invitation.objects.open().values("member_id"))


def too_many(limit: limits.People) -> str:
    """What is said where somebody does not fit any more."""
    return (
        f"The plan {limit.plan} is for {limit.most} {'person' if limit.most == 1 else 'people'}, those who are invited included. "
        "Everybody stays, but nobody more can be invited."
    )


def invite(invited: Iterable[Invited], *, by: Member) -> list[Invitation]:
    """Send each guest one letter; who works here or was asked already gets none. Sent twice, nothing goes twice.

    Raises TooMany when an instance sends more letters than any needs, NoRoom when the plan is for fewer people.
    """
    invited = list(invited)
    if limit := room_for_more(sum(one.guest.gets_a_letter for one in invited)):
        raise NoRoom(too_many(limit))
    sent = []
    for one in invited:
        if not one.guest.gets_a_letter:
            continue
        LETTERS.hit(current().key)
        with suppress(IntegrityError):  # the second of two presses came in between
            sent.append(_invite(one, by))
    return sent


def remind(invitation: Invitation, *, by: Member) -> Event:
    """Send the one reminder."""
    with atomic():
        token = invitation.remind()
        post_invitation(invitation, token, by=by, reminder=True)
        return record("member.reminded", invitation.member, by=by)


def withdraw(invitation: Invitation, *, by: Member) -> Event:
    """Take an invitation back: its link stops working."""
    with atomic():
        name = invitation.member.name
        invitation.withdraw()
        return record("member.withdrawn", invitation.member, by=by, name=name if not invitation.made_member else "")


def join(invitation: Invitation, account: SignedIn) -> Member:
    """The invited person comes in with their account. Twice is once."""
    with atomic():
        before = invitation.member.has_joined
        member = invitation.accept(account.id, name=account.name)
        if not before:
            record("member.joined", member, by=member, role=member.role)
        _take_seat(member)
        return member


def decline(invitation: Invitation, *, report: bool) -> None:
    """The invited person does not want to come; a report also stops further letters, and our staff hear of it."""
    with atomic():
        known = invitation.reported_at
        invitation.decline(report=report)
        if report and not known:
            says = "Somebody who was invited there does not know these people. No more letters go to that address from there."
            transaction.on_commit(partial(rise, "invitation reported", current().slug, says), using="instance")
        record("member.declined", invitation.member, by=None, reported=report)


def change_role(member: Member, role: str, *, by: Member) -> Event | None:
    """Make a colleague an owner or a user; None when they are already. The last owner stays one."""
    with atomic():
        before = Member.objects.get(pk=member.pk).role
        if before == role:
            return None
        member.take_role(role)
        _take_seat(member)
        return record("member.role_changed", member, by=by, before=before, after=role)


def end(member: Member, *, by: Member) -> Event:
    """A colleague leaves: they cannot enter any more, and everything they did keeps their name."""
    with atomic():
        member.leave()
        if member.account_uuid is not None:
            transaction.on_commit(partial(seats.give_up, member.account_uuid), using="instance")
        return record("member.left", member, by=by)


def bring_back(member: Member, *, by: Member) -> Event:
    """Let somebody who left in again, with what was theirs."""
    with atomic():
        member.come_back()
        _take_seat(member)
        return record("member.returned", member, by=by)


def forget(member: Member, *, by: Member) -> Event | None:
    """Put a number in place of somebody who left, told once. Cannot be taken back; the trail keeps who did what."""
    with atomic():
        if not forgetting.forget(member):
            return None
        trail.forget_subject(member.pk)
        return record("member.forgotten", member, by=by)


@naming.hears
def corrected(account_id: UUID, *, name: str = "", email: str = "", was: str = "") -> bool:
    """Somebody had their name or address corrected in their account. An invitation that was on its way follows them."""
    member = Member.objects.select_for_update().filter(account_uuid=account_id).first()
    followed = False
    for one in Invitation.objects.unanswered().exclude(email="") if was else []:
        if was in marks_of(one.email):
            followed = True
            if member is None:
                one.send_to(email)
            elif one.is_open or one.state == "expired":
                one.withdraw()
    changed = member.be_called(name=name, email=email) if member else []
    if member and changed:
        record("member.corrected", member, by=None, fields=changed)
    return followed or bool(changed)


def _invite(one: Invited, by: Member) -> Invitation:
    with atomic():
        guest = one.guest
        member = Member.objects.filter(pk=guest.member_id).first() if guest.member_id else None
        made = member is None
        if member is None:
            member = Member.objects.create(name=guest.name, email=guest.email, role=one.role)
        else:
            member.email, member.role = guest.email, one.role
            member.save(update_fields=["email", "role"])
            made = member.invitations.order_by("-sent_at").values_list("made_member", flat=True).first() or False
        invitation, token = Invitation.make(member, by=by, made_member=made)
        post_invitation(invitation, token, by=by)
        record("member.invited", member, by=by, role=one.role)
        return invitation


def _take_seat(member: Member) -> None:
    """Repeat outside who may enter, and who manages plan, export and leaving. A guest without account has no seat yet."""
    if member.account_uuid is not None and member.has_joined and not member.has_left:
        told = partial(seats.take, member.account_uuid, owner=member.is_owner)
        transaction.on_commit(told, using="instance")


# --- taking back, and how it reads


@undoes("member.role_changed")
def give_role_back(event: Event, by: Member) -> Event:
    member = _theirs(event, by)
    if member.role != event.data["after"]:
        raise CannotUndo(f"The role of {member.name} was changed again since.")
    return _done(lambda: change_role(member, event.data["before"], by=by))


@undoes("member.left")
def let_in_again(event: Event, by: Member) -> Event:
    return _done(lambda: bring_back(_theirs(event, by), by=by))


@undoes("member.returned")
def end_again(event: Event, by: Member) -> Event:
    return _done(lambda: end(_theirs(event, by), by=by))


def _theirs(event: Event, by: Member) -> Member:
    if not by.is_owner:
        raise CannotUndo("Only a Business Owner can take this back.")
    return Member.objects.select_for_update().get(pk=event.subject_id)


def _done(step: Callable[[], Event | None]) -> Event:
    try:
        event = step()
    except NotPossible as refusal:
        raise CannotUndo(str(refusal)) from None
    if event is None:
        raise CannotUndo("There is nothing left to take back.")
    return event


SENTENCES: Mapping[str, tuple[str, str, str]] = {
    "member.invited": ("mail", "invited ", ""),
    "member.reminded": ("mail", "reminded ", " of the invitation"),
    "member.left": ("out", "ended the membership of ", ""),
    "member.returned": ("undo", "let ", " in again"),
    "member.forgotten": ("bin", "took out the name of ", ""),
}


@reads(*SENTENCES)
def what_happened(event: Event) -> Sentence:
    icon, before, after = SENTENCES[event.verb]
    return Sentence(icon, before, Bold(_name(event.subject_id)), after)


@reads("member.joined")
def joined(event: Event) -> Sentence:
    return Sentence("people", "joined")


@reads("member.withdrawn")
def withdrawn(event: Event) -> Sentence:
    return Sentence("x", "withdrew the invitation of ", Bold(event.data.get("name") or "somebody"))


@reads("member.corrected")
def corrects(event: Event) -> Sentence:
    words = {"name": "the name", "email": "the mail address"}
    what = " and ".join(words[field] for field in event.data["fields"])
    return Sentence("pencil", f"corrected {what} of ", Bold(_name(event.subject_id)), ", as their account has it")


@reads("member.declined")
def declined(event: Event) -> Sentence:
    return Sentence("x", "noted that an invitation was ", "reported" if event.data.get("reported") else "declined")


@reads("member.role_changed")
def role_changed(event: Event) -> Sentence:
    role = dict(Role.choices).get(event.data["after"], event.data["after"])
    return Sentence("key", "made ", Bold(_name(event.subject_id)), f" a {role}")


def _name(id: UUID) -> str:
    return Member.objects.filter(pk=id).values_list("name", flat=True).first() or "a colleague"
