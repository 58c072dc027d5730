"""The company an instance belongs to, and the people who work in it."""

from pivotino.instance.members.models.company import Company, Rate
from pivotino.instance.members.models.invitation import LETTERS_AT_MOST, Invitation, NotWanted, WrittenTwice
from pivotino.instance.members.models.member import LastOwner, Member, MemberQuerySet, NotPossible, Role

__all__ = [
    "LETTERS_AT_MOST",
    "Company",
    "Invitation",
    "LastOwner",
    "Member",
    "MemberQuerySet",
    "NotPossible",
    "NotWanted",
    "Rate",
    "Role",
    "WrittenTwice",
]
