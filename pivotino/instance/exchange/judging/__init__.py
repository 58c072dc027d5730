"""What each row of a sheet would do to the records that are here: nothing is written by any of this."""

from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.judging.base import Judge, Judged
from pivotino.instance.exchange.judging.contacts import CompanyJudge, PersonJudge
from pivotino.instance.exchange.judging.members import MemberJudge
from pivotino.instance.exchange.judging.opportunities import OpportunityJudge
from pivotino.instance.exchange.mapping import Mapping
from pivotino.instance.exchange.models import Import
from pivotino.instance.members.models import Member

__all__ = ["JUDGES", "Judge", "Judged", "judge_for"]

JUDGES: dict[Kind, type[Judge]] = {
    Kind.OPPORTUNITIES: OpportunityJudge, Kind.COMPANIES: CompanyJudge, Kind.PEOPLE: PersonJudge, Kind.MEMBERS: MemberJudge,
}  # fmt: skip


def judge_for(one: Import, mapping: Mapping, by: Member) -> Judge:
    return JUDGES[mapping.kind](one, mapping, by)
