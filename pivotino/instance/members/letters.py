"""The one letter of this room."""

from datetime import datetime
from typing import Any

from pivotino.instance.members.models import Invitation, Member
from pivotino.instance.members.queries import company, local_day
from pivotino.kit.days import date_phrase
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy import current
from pivotino.tenancy.addresses import absolute, control_url

# Stands in the preview where each letter has its own secret link.
PREVIEW = "the-link-is-made-for-each-letter"


class InvitationLetter(Letter):
    """A colleague asks somebody to work with them. Nothing happens until the person answers."""

    kind = Kind.INVITATION
    template = "members/letters/invitation"
    why = "You get this letter because {inviter} of {company} typed your address to invite you. It serves this invitation only."

    def __init__(
        self, *, to: str, name: str, role: str, by: Member, token: str, until: datetime, reminder: bool = False
    ) -> None:
        place = current()
        page = absolute(f"/@{place.slug}/invitations/{token}/")
        super().__init__(
            to=to, name=name, inviter=by.name, company=company().name, role=role, email=to, reminder=reminder,
            address=absolute(f"/@{place.slug}/"), sign_in=absolute(control_url("accounts:sign_in")), link=page,
            decline=f"{page}?answer=decline", report=f"{page}?answer=report", until=date_phrase(local_day(until)),
            reply_to=by.email, sender_name=f"{by.name}, {company().name}",
        )  # fmt: skip


def post_invitation(invitation: Invitation, token: str, *, by: Member, reminder: bool = False) -> None:
    """Send the letter of an invitation with its own link, after the commit. One letter a token."""
    letter = _letter(invitation.member, token, by=by, until=invitation.expires_at, reminder=reminder)
    send(letter, key=f"invitation:{invitation.pk}:{2 if reminder else 1}")


def preview(member: Member, *, by: Member, until: datetime) -> Any:
    """The letter as it will be, except for the secret in its links."""
    return _letter(member, PREVIEW, by=by, until=until).write()


def _letter(member: Member, token: str, *, by: Member, until: datetime, reminder: bool = False) -> InvitationLetter:
    role = str(member.get_role_display())
    return InvitationLetter(
        to=member.email, name=member.name, role=role, by=by, token=token, until=until, reminder=reminder
    )
