"""A colleague who left and is named no more: a number stands where their name stood."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from pivotino.instance.members.models import Invitation, Member, NotPossible
from pivotino.tenancy import atomic, erasing
from pivotino.tenancy.held import put_aside

MEMBER = "members.Member"


def forget(member: Member) -> bool:
    """Take out the name, address, account and habits of somebody who left; what they did stays under a number.

    Cannot be taken back, and an older state that returns is blanked again. False where it was done before.
    Raises NotPossible while they work here.
    """
    with atomic():
        now = Member.objects.select_for_update().get(pk=member.pk)
        if not now.has_left:
            raise NotPossible(f"{member.name} works here. End the membership first.")
        if (now.name, now.email, now.account_uuid, now.preferences) == (_number(now), "", None, {}):
            member.refresh_from_db()
            return False
        erasing.remember([erasing.Piece(MEMBER, member.pk)])
        put_aside(MEMBER, [member.pk])
        blank([member.pk])
        member.refresh_from_db()
        return True


@erasing.erases(MEMBER)
def blank(ids: Iterable[UUID]) -> int:
    """What the ledger plays again: it says how many were named."""
    found = list(Member.objects.filter(pk__in=list(ids)))
    for member in found:
        member.name = _number(member)
        member.email, member.account_uuid, member.preferences = "", None, {}
        member.left_at = member.left_at or timezone.now()
        member.save(update_fields=["name", "email", "account_uuid", "preferences", "left_at"])
    Invitation.objects.filter(member__in=found).update(email="")
    return len(found)


def _number(member: Member) -> str:
    """In the order in which they were added, so that it is the same after an older state came back."""
    return f"Former colleague {Member.objects.filter(pk__lte=member.pk).count()}"
