"""What a member takes along about themselves: who they are here, what they wrote, what they look after, what they did.

It is theirs whatever their role. Of records that are somebody else's by now it holds their own words, and of their deeds what
was done and when, never what stood there: a User who may not see a record does not read it here either.
"""

from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils import timezone

from pivotino.instance.activities.models import Activity
from pivotino.instance.contacts.models import Contact
from pivotino.instance.exchange.models import Import
from pivotino.instance.files.models import File
from pivotino.instance.history.models import Event, Trail
from pivotino.instance.mailing.models import Mailing
from pivotino.instance.members.models import Invitation, Member
from pivotino.instance.members.queries import company
from pivotino.instance.pipeline.models import Note, Opportunity

Rows = QuerySet[Any, Any]


def parts_of(member: Member) -> dict[str, Rows]:
    """Every part by its name in the file."""
    return {
        "you": Member.objects.filter(pk=member.pk).values("name", "email", "role", "added_at", "joined_at", "preferences"),
        "invitations_you_sent": Invitation.objects.filter(invited_by=member).values("email", "sent_at", "accepted_at", "declined_at"),
        "opportunities_you_own": Opportunity.objects.filter(owner=member, removed_at=None).values(
            "id", "title", "stage__name", "amount_minor", "currency", "expected_closing", "notes", "created_at",
        ),
        "contacts_you_own": Contact.objects.filter(owner=member, removed_at=None).values("id", "kind", "name", "email", "phone", "notes", "created_at"),
        "activities_of_yours": Activity.objects.filter(assigned_to=member).values(
            "id", "kind__name", "summary", "note", "due_on", "done_at", "feedback", "opportunity_id",
        ),
        "notes_you_wrote": Note.objects.filter(by=member, removed_at=None).values("opportunity_id", "body", "at"),
        "lists_you_brought": Import.objects.filter(uploaded_by=member).values("name", "size", "at", "applied_at"),
        "files_you_brought": File.objects.filter(by=member, removed_at=None).values("name", "size", "at", "subject_kind", "subject_id"),
        "letters_you_wrote": Mailing.objects.filter(by=member).values("subject", "body", "made_at", "finished_at"),
        "what_you_did": Event.objects.filter(by=member).order_by("at", "id").values("at", "verb", "subject_kind", "subject_id"),
        "what_the_trail_says_you_did": Trail.objects.filter(by_id=member.pk).order_by("at", "number").values("at", "what", "where", "purpose"),
    }  # fmt: skip


def write(member: Member, out: IO[bytes]) -> None:
    """The whole file as JSON, one record a line, however many there are."""
    for piece in _pieces(member):
        out.write(piece.encode())


def _pieces(member: Member) -> Iterator[str]:
    encode = DjangoJSONEncoder(ensure_ascii=False).encode
    head = {
        "company": company().name,
        "made_at": timezone.now(),
        "times_are_in": "UTC",
        "amounts_are_in": "minor units of the currency",
    }
    yield encode(head)[:-1]
    for name, rows in parts_of(member).items():
        yield f",\n{encode(name)}: ["
        between = chain(["\n"], iter(lambda: ",\n", None))
        for row in rows.iterator(chunk_size=2000):
            yield next(between) + encode(row)
        yield "\n]"
    yield "\n}\n"
