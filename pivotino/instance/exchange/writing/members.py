"""Names of colleagues: members who have not joined. No letter leaves."""

from collections.abc import Sequence

from pivotino.instance.exchange.models import Fate, Import, ProposedRow
from pivotino.instance.exchange.words import fold
from pivotino.instance.exchange.writing.base import Writer
from pivotino.instance.members.models import Member


class MemberWriter(Writer):
    """A sheet of the sales team. Who is here by now is met, not made twice."""

    def make(self, rows: Sequence[ProposedRow]) -> None:
        here = {fold(member.name): member.pk for member in Member.objects.working()}
        for row in rows:
            if here.get(fold(row.data["name"])) is not None:
                row.fate = Fate.MET
                continue
            Member.objects.create(id=row.target_id, name=row.data["name"], email=row.data.get("email", ""))
            here[fold(row.data["name"])] = row.target_id  # type: ignore[assignment]
            row.fate, row.version = Fate.MADE, 1

    def alter(self, rows: Sequence[ProposedRow]) -> None:
        for row in rows:
            row.fate = Fate.MET


def make_invited(one: Import) -> dict[str, str]:
    """The colleagues a sheet of opportunities names for the first time: {planned id: id}. One who is here by now is that one."""
    here = {fold(member.name): str(member.pk) for member in Member.objects.working()}
    made: dict[str, str] = {}
    for word, planned in one.invited.items():
        name = " ".join(word.split())[:160]
        if fold(name) not in here:
            here[fold(name)] = str(Member.objects.create(id=planned, name=name).pk)
        made[planned] = here[fold(name)]
    return made
