"""What the members room does at night."""

from pivotino.instance.members.models import Invitation
from pivotino.jobs import nightly


@nightly(at="02:20")
def forget_unused_invitations() -> None:
    """Empty the addresses of invitations that came to nothing a month ago. They were given to us for that letter only."""
    for invitation in Invitation.objects.to_forget():
        invitation.forget()
