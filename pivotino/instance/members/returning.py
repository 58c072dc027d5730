"""When an older state of an instance comes back: who may enter stays as it is now, not as it was then."""

from uuid import UUID

from django.utils import timezone

from pivotino.instance.members.models import Invitation, Member, Role
from pivotino.tenancy.returns import Return, upon_return


@upon_return(order=10)
def seats_stay_as_they_are(returned: Return) -> None:
    """Who left since then stays out, who joined since then is in, and roles are today's. Open invitations end."""
    now = {person.account_id: person for person in returned.seated}
    Member.objects.present().exclude(account_uuid__in=now).update(left_at=timezone.now())
    for person in returned.seated:
        role = Role.OWNER if person.owner else Role.USER
        if Member.objects.filter(account_uuid=person.account_id).update(role=role, left_at=None):
            continue
        # A name without an account that waits for this address is the same person, not yet invited.
        waiting = Member.objects.working().filter(account_uuid__isnull=True, email__iexact=person.email).first()
        member = waiting or Member(email=person.email)
        member.account_uuid, member.name, member.role = person.account_id, person.name, role
        member.joined_at = timezone.now()
        member.save()
    Invitation.objects.unanswered().update(withdrawn_at=timezone.now())


def as_they_are_called() -> dict[UUID, tuple[str, str]]:
    """Name and address of everybody who has an account, in the state that is left behind."""
    return {one.account_uuid: (one.name, one.email) for one in Member.objects.present() if one.account_uuid}


@upon_return(order=12, remember=as_they_are_called)
def names_stay_as_they_are(returned: Return) -> None:
    """What somebody had corrected since is not wrong again."""
    for member in Member.objects.filter(account_uuid__in=returned.remembered or {}):
        name, email = returned.remembered[member.account_uuid]
        member.be_called(name=name, email=email)
