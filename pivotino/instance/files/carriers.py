"""What files may belong to. The rooms above say what carries files and who may see it; we never import them.

@carries("opportunity")
def found(member: Member, id: UUID) -> Carrier | None: ...     # None where this member may not see it
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from pivotino.instance.members.models import Member


@dataclass(slots=True)
class Carrier:
    """A record with files, as history knows it; `page` names its page. A removed one takes no more."""

    kind: str
    pk: UUID
    owner_id: UUID | None
    name: str
    page: str
    removed: bool = False

    @property
    def href(self) -> str:
        return reverse(self.page, args=[self.pk])


Find = Callable[[Member, UUID], Carrier | None]
_finders: dict[str, Find] = {}


def carries(kind: str) -> Callable[[Find], Find]:
    """Register how a record of this kind is found by somebody who may see it."""

    def keep(find: Find) -> Find:
        _finders[kind] = find
        return find

    return keep


def carrier_of(member: Member, kind: str, id: UUID) -> Carrier | None:
    """The record, if there is one that this member may see."""
    find = _finders.get(kind)
    return find(member, id) if find else None
