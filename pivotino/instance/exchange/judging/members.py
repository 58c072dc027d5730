"""Rows that become names of colleagues. Nobody is written to."""

from collections.abc import Sequence

from pivotino.instance.exchange.drafts import MemberDraft
from pivotino.instance.exchange.judging.base import Judge, Judged, filled, notes_of
from pivotino.instance.exchange.models import Verdict
from pivotino.instance.exchange.words import fold
from pivotino.instance.members.models import Member


class MemberJudge(Judge):
    """Meets a member by e-mail address or name, and never changes one."""

    def prepare(self, drafts: Sequence[MemberDraft]) -> None:
        here = list(Member.objects.working())
        self.by_name = {fold(member.name): member for member in here}
        self.by_mail = {member.email.lower(): member for member in here if member.email}

    def name_of(self, draft: MemberDraft) -> str:
        return draft.name or f"row {draft.row}"

    def verdict_on(self, draft: MemberDraft) -> Judged:
        if not self.by.sees_all:
            return self.refuse(draft, None, "Only a Business Owner can name new colleagues.")
        if len(draft.name) > 160:
            return self.refuse(draft, None, f"This name has {len(draft.name)} letters; 160 is the most.")
        here = self.by_mail.get(draft.email.lower()) or self.by_name.get(fold(draft.name))
        data = filled(name=draft.name, email=draft.email.lower())
        if here is not None:
            return Judged(draft.row, Verdict.SAME, draft.name, notes_of(draft), [], {}, here.pk)
        earlier = self.rows_of_id.get(fold(draft.name))
        if earlier is not None:
            return Judged(
                draft.row,
                Verdict.SAME,
                draft.name,
                [["", f"Row {earlier[0]:,} names the same person."]],
                [],
                {},
                earlier[1],
            )
        found = self.new(draft, data, notes_of(draft))
        self.rows_of_id[fold(draft.name)] = (draft.row, found.target_id)
        return found
