"""The one letter of this room: something that does harm came in as a file."""

from pivotino.instance.files.models import File
from pivotino.instance.members.models import Member, Role
from pivotino.instance.members.queries import company
from pivotino.letters import Kind, Letter, send
from pivotino.tenancy import current
from pivotino.tenancy.addresses import absolute


class Quarantined(Letter):
    """To every Business Owner. Nobody of ours sees the file or its name."""

    kind = Kind.NOTICE
    template = "files/letters/quarantined"
    why = "You get this letter because you are a Business Owner of {company}. It serves the safety of your data only."

    @classmethod
    def about(cls, file: File, to: Member) -> "Quarantined":
        return cls(
            to=to.email, name=to.name, company=company().name, who=file.by.name if file.by else "Somebody", found=file.found,
            address=absolute(f"/@{current().slug}/"),
        )  # fmt: skip


def tell_owners(file: File) -> None:
    """One letter a file and owner."""
    for owner in Member.objects.present().filter(role=Role.OWNER):
        if owner.email:
            send(Quarantined.about(file, owner), key=f"file-quarantined:{file.pk}:{owner.pk}")
