"""Whose opportunities a member may see. Every query, count, sum, search, export and live line asks here."""

from uuid import UUID

from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.refusals import NotYours


def owner_seen(member: Member) -> UUID | None:
    """The only owner whose opportunities this member sees, or None for everybody's and nobody's."""
    return member.seen_owner


def may_see(member: Member, owner_id: UUID | None) -> bool:
    """True where this member may see and change what belongs to `owner_id`; unowned ones are for Business Owners."""
    seen = owner_seen(member)
    return seen is None or seen == owner_id


def require(member: Member | None, owner_id: UUID | None) -> None:
    """Raise NotYours unless this member may change what belongs to `owner_id`. Rules (None) may change everything."""
    if member is not None and not may_see(member, owner_id):
        raise NotYours
