"""Writes what was proposed, a portion of rows in one transaction. No rule fires: this is history, not news."""

from pivotino.instance.exchange.fields import Kind
from pivotino.instance.exchange.models import Import
from pivotino.instance.exchange.writing.base import Writer
from pivotino.instance.exchange.writing.contacts import ContactWriter
from pivotino.instance.exchange.writing.members import MemberWriter
from pivotino.instance.exchange.writing.opportunities import OpportunityWriter
from pivotino.instance.members.models import Member

__all__ = ["WRITERS", "Writer", "writer_for"]

WRITERS: dict[Kind, type[Writer]] = {
    Kind.OPPORTUNITIES: OpportunityWriter, Kind.COMPANIES: ContactWriter, Kind.PEOPLE: ContactWriter, Kind.MEMBERS: MemberWriter,
}  # fmt: skip


def writer_for(one: Import, by: Member | None) -> Writer:
    return WRITERS[one.is_of](one, by)
