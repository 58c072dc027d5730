"""What the helpdesk tells: a question about a child came in, by whichever door."""

from pivotino.control.children import reporting
from pivotino.control.helpdesk.categories import Category
from pivotino.control.helpdesk.concerns import concerns
from pivotino.control.helpdesk.models import Ticket


@concerns(Category.CHILD)
def heard(ticket: Ticket) -> None:
    reporting.report(ticket)
