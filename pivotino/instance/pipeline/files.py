"""Files on a card: whoever sees the card sees its files."""

from uuid import UUID

from django.http import HttpRequest

from pivotino.instance.files.carriers import Carrier, carries
from pivotino.instance.files.shown import files_of
from pivotino.instance.members.models import Member
from pivotino.instance.pipeline.models import Opportunity
from pivotino.instance.pipeline.panels import Panel, panel


@carries("opportunity")
def found(member: Member, id: UUID) -> Carrier | None:
    opportunity = Opportunity.objects.visible_to(member).filter(pk=id).first()
    return _carrier(opportunity) if opportunity else None


@panel(80)
def files(request: HttpRequest, opportunity: Opportunity) -> Panel:
    return Panel("files/panel.html", {"files": files_of(_carrier(opportunity))})


def _carrier(opportunity: Opportunity) -> Carrier:
    return Carrier(opportunity.kind, opportunity.pk, opportunity.owner_id, opportunity.title, "pipeline:opportunity")
