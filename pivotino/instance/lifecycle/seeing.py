"""Why somebody sees a record: their role, or because it is theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a member sees it, and the rule that says so."""

    member: Member
    sees: bool
    because: str


def why_of(member: Member) -> str:
    """What this member sees at large, in a sentence."""
    if member.sees_all:
        return "Business Owners see every opportunity, activity and contact, and the settings."
    return "Users see every contact, and the opportunities and activities that are their own."


def answers_about(reader: Member, id: str, people: Iterable[Member]) -> tuple[Opportunity | None, list[Why]]:
    """For one opportunity the reader may see (or for everything at large): who else does, and why."""
    wanted = _uuid(id)
    about = Opportunity.objects.visible_to(reader).filter(pk=wanted).first() if wanted else None
    if about is None:
        return None, [Why(member, True, why_of(member)) for member in people]
    return about, [_why(member, about) for member in people]


def _why(member: Member, about: Opportunity) -> Why:
    if about.owner_id == member.pk:
        return Why(member, True, "It is theirs.")
    if member.sees_all:
        return Why(member, True, "Business Owners see everything.")
    return Why(member, False, "Users see only their own opportunities.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
